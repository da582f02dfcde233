// HPKE by WebCrypto and by @noble, against the vectors of RFC 9180 and of another implementation of DAP.
import { CipherSuite } from "hpke";
import { describe, expect, it } from "vitest";
import { type HpkePrimitives, seal, suiteOf, webCrypto } from "../../sdk/ts/src/federation/device/hpke.js";
import { noble } from "../../sdk/ts/src/federation/device/hpke-noble.js";
import { hex, unhex, vectorFiles } from "./support/vectors.js";

interface Vector {
  mode: number;
  kem_id: number;
  kdf_id: number;
  aead_id: number;
  info: string;
  enc: string;
  ikmE?: string;
  pkRm: string;
  skRm: string;
  encryptions: { aad: string; ct: string; pt: string }[];
}

const known = ({ mode, kem_id, kdf_id, aead_id }: Vector) =>
  mode === 0 && kem_id === 0x20 && kdf_id === 1 && [1, 3].includes(aead_id);

const vectors = ["hpke-rfc9180", "hpke-rfc9180-janus"].flatMap((folder) =>
  vectorFiles(folder).flatMap(({ read }) => {
    const list = (read() as Vector[]).filter(known);
    expect(list.length).toBeGreaterThan(0);
    return list.map((vector) => ({ name: `${folder}, AEAD ${vector.aead_id}`, vector }));
  }),
);

/** AEAD 3 is not WebCrypto's in every platform. */
const supports = async (primitives: HpkePrimitives, aead: number) => {
  try {
    const suite = suiteOf({ kem: 0x20, kdf: 1, aead }, primitives);
    const { publicKey } = await suite.GenerateKeyPair();
    await suite.Seal(publicKey, new Uint8Array(1));
    return true;
  } catch {
    return false;
  }
};

const ways: [string, HpkePrimitives][] = [
  ["WebCrypto", webCrypto],
  ["noble", noble],
];

/** With the ephemeral key of a vector in place of a random one. */
const withEphemeral = (primitives: HpkePrimitives, ikm: Uint8Array): HpkePrimitives => ({
  ...primitives,
  kem: () => {
    const kem = primitives.kem();
    return { ...kem, GenerateKeyPair: () => kem.DeriveKeyPair(ikm, false) };
  },
});

const configOf = ({ kem_id: kem, kdf_id: kdf, aead_id: aead, pkRm }: Vector) => ({
  ...{ id: 1, kem, kdf, aead },
  publicKey: Buffer.from(pkRm, "hex").toString("base64url"),
});

describe.each(ways)("%s", (_, primitives) => {
  it.skipIf(vectors.length === 0).each(vectors)("opens what $name sealed", async ({ vector }) => {
    if (!(await supports(primitives, vector.aead_id))) return;
    const suite = suiteOf(configOf(vector), primitives);
    const key = await suite.DeserializePrivateKey(unhex(vector.skRm), true);
    const context = await suite.SetupRecipient(key, unhex(vector.enc), { info: unhex(vector.info) });
    // The vectors leave out sequence numbers; the first ones are 0, 1, 2, 4.
    for (const { aad, ct, pt } of vector.encryptions.slice(0, 3)) {
      expect(hex(await context.Open(unhex(ct), unhex(aad)))).toBe(pt);
    }
  });

  it.skipIf(vectors.length === 0).each(vectors.filter(({ vector }) => vector.ikmE))(
    "seals byte for byte as $name",
    async ({ vector }) => {
      if (!(await supports(primitives, vector.aead_id))) return;
      const [{ aad, ct, pt }] = vector.encryptions as [Vector["encryptions"][0]];
      const fixed = withEphemeral(primitives, unhex(vector.ikmE as string));
      const sealed = await seal(configOf(vector), unhex(vector.info), unhex(aad), unhex(pt), fixed);
      expect(hex(sealed.enc)).toBe(vector.enc);
      expect(hex(sealed.ciphertext)).toBe(ct);
    },
  );

  it("seals what the other opens, each time with another key", async () => {
    const other = primitives === noble ? webCrypto : noble;
    const suite = suiteOf({ kem: 0x20, kdf: 1, aead: 1 }, other);
    const { publicKey, privateKey } = await suite.GenerateKeyPair(true);
    const config = {
      ...{ id: 1, kem: 0x20, kdf: 1, aead: 1 },
      publicKey: Buffer.from(await suite.SerializePublicKey(publicKey)).toString("base64url"),
    };
    const [info, aad, plaintext] = [Uint8Array.of(1), Uint8Array.of(2), new Uint8Array(100_000).fill(3)];
    const first = await seal(config, info, aad, plaintext, primitives);
    const second = await seal(config, info, aad, plaintext, primitives);
    expect(hex(first.enc)).not.toBe(hex(second.enc));
    for (const { enc, ciphertext } of [first, second]) {
      expect(hex(await suite.Open(privateKey, enc, ciphertext, { info, aad }))).toBe(hex(plaintext));
      await expect(suite.Open(privateKey, enc, ciphertext, { info, aad: info })).rejects.toThrow();
      await expect(suite.Open(privateKey, enc, ciphertext, { info: aad, aad })).rejects.toThrow();
    }
  });
});

describe("seal", () => {
  const config = {
    ...{ id: 1, kem: 0x20, kdf: 1, aead: 1 },
    publicKey: Buffer.from(new Uint8Array(32).fill(9)).toString("base64url"),
  };

  it("goes on with noble where WebCrypto lacks what it needs", async () => {
    const lacking: HpkePrimitives = {
      ...webCrypto,
      kem: () => ({
        ...webCrypto.kem(),
        // What the platform does for an algorithm that it does not know.
        DeserializePublicKey: (key) =>
          new CipherSuite(noWebCrypto, webCrypto.kdf, webCrypto.aeads[1] as never).DeserializePublicKey(key),
      }),
    };
    const noWebCrypto = () => ({ ...webCrypto.kem(), algorithm: { name: "X-nothing" } });
    const { enc } = await seal(config, new Uint8Array(), new Uint8Array(), new Uint8Array(1), lacking);
    expect(enc).toHaveLength(32);
  });

  it("says by name which suite it does not know", async () => {
    for (const changed of [{ kem: 16 }, { kdf: 2 }, { aead: 2 }]) {
      await expect(
        seal({ ...config, ...changed }, new Uint8Array(), new Uint8Array(), new Uint8Array()),
      ).rejects.toMatchObject({ code: "UNSUPPORTED" });
    }
  });

  it("refuses what is no public key", async () => {
    for (const key of [new Uint8Array(31).fill(9), new Uint8Array(32)]) {
      const publicKey = Buffer.from(key).toString("base64url");
      await expect(
        seal({ ...config, publicKey }, new Uint8Array(), new Uint8Array(), new Uint8Array(1)),
      ).rejects.toMatchObject({ code: "MALFORMED" });
    }
  });
});
