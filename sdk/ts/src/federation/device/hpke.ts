// HPKE (RFC 9180), base mode, one message: DHKEM(X25519, HKDF-SHA256) with HKDF-SHA256 and AES-128-GCM, which is DAP's
// mandatory suite, or ChaCha20Poly1305. By WebCrypto, whose keys never become JavaScript's, where it has all that the
// suite needs; elsewhere (older browsers, pages that are not served securely, mini-programs) by @noble.
import {
  AEAD_AES_128_GCM,
  AEAD_ChaCha20Poly1305,
  type AEADFactory,
  CipherSuite,
  KDF_HKDF_SHA256,
  type KDFFactory,
  KEM_DHKEM_X25519_HKDF_SHA256,
  type KEMFactory,
  NotSupportedError,
} from "hpke";
import { SottoError } from "../../errors.js";
import type { HpkeConfig } from "../../types.js";
import { noble } from "./hpke-noble.js";

/** What a suite is made of. */
export interface HpkePrimitives {
  readonly kem: KEMFactory;
  readonly kdf: KDFFactory;
  /** By their number in RFC 9180, section 7.3. */
  readonly aeads: Readonly<Record<number, AEADFactory>>;
}

export const webCrypto: HpkePrimitives = {
  kem: KEM_DHKEM_X25519_HKDF_SHA256,
  kdf: KDF_HKDF_SHA256,
  aeads: { 1: AEAD_AES_128_GCM, 3: AEAD_ChaCha20Poly1305 },
};

const kemX25519 = 0x20;
const kdfSha256 = 1;

/** Throws UNSUPPORTED for another KEM, KDF or AEAD. */
export function suiteOf(
  { kem, kdf, aead }: Omit<HpkeConfig, "id" | "publicKey">,
  primitives: HpkePrimitives,
): CipherSuite {
  const chosen = primitives.aeads[aead];
  if (kem === kemX25519 && kdf === kdfSha256 && chosen) return new CipherSuite(primitives.kem, primitives.kdf, chosen);
  throw new SottoError("UNSUPPORTED", `an aggregator's key is for the HPKE suite ${kem}, ${kdf}, ${aead}`, {
    hint: "Known are KEM 32 with KDF 1 and AEAD 1 or 3.",
  });
}

export interface Sealed {
  readonly enc: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** SealBase of RFC 9180, section 6.1. Throws UNSUPPORTED, and MALFORMED for what is no public key. */
export async function seal(
  config: HpkeConfig,
  info: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
  first: HpkePrimitives = webCrypto,
): Promise<Sealed> {
  const by = async (primitives: HpkePrimitives): Promise<Sealed> => {
    const suite = suiteOf(config, primitives);
    const key = await suite.DeserializePublicKey(fromBase64Url(config.publicKey));
    const { encapsulatedSecret, ciphertext } = await suite.Seal(key, plaintext, { info, aad });
    return { enc: encapsulatedSecret, ciphertext };
  };
  try {
    return await by(first).catch(async (error) => {
      if (!(error instanceof NotSupportedError)) throw error;
      return by(noble);
    });
  } catch (cause) {
    if (cause instanceof SottoError) throw cause;
    throw new SottoError(
      "MALFORMED",
      `a share could not be sealed to an aggregator's key: ${(cause as Error).message}`,
      {
        hint: "The operator must publish a valid HPKE public key.",
        cause,
      },
    );
  }
}

const fromBase64Url = (text: string): Uint8Array =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
