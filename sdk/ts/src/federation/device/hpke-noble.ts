// The same primitives in JavaScript, for browsers without them. Part of the worker and not loaded on demand: bundlers build
// workers as one file.
import {
  AEAD_AES_128_GCM,
  AEAD_ChaCha20Poly1305,
  KDF_HKDF_SHA256,
  KEM_DHKEM_X25519_HKDF_SHA256,
} from "@panva/hpke-noble";
import type { HpkePrimitives } from "./hpke.js";

export const noble: HpkePrimitives = {
  kem: KEM_DHKEM_X25519_HKDF_SHA256,
  kdf: KDF_HKDF_SHA256,
  aeads: { 1: AEAD_AES_128_GCM, 3: AEAD_ChaCha20Poly1305 },
};
