import { SottoError } from "../errors.js";
import { fetchBytes } from "../net/fetch-bytes.js";
import { sha256Hex } from "../net/sha256.js";
import type { ModelReference } from "../types.js";

/** Fetches a model and checks that it is the one the manifest names. Errors: those of fetchBytes, TRUNCATED, MISMATCH. */
export async function fetchModel(
  model: ModelReference,
  options: { fetch?: typeof fetch; signal?: AbortSignal } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const what = `model ${model.id} ${model.version}`;
  const { bytes } = await fetchBytes(model.url, { ...options, what, maxBytes: model.size });
  const hint = "Publish the model and the manifest that names it together.";
  if (bytes.length < model.size) {
    throw new SottoError(
      "TRUNCATED",
      `${what} at ${model.url} has ${bytes.length} bytes, the manifest says ${model.size}`,
      {
        hint,
      },
    );
  }
  const sha256 = await sha256Hex(bytes);
  if (sha256 !== model.sha256) {
    throw new SottoError(
      "MISMATCH",
      `${what} at ${model.url} has SHA-256 ${sha256}, the manifest says ${model.sha256}`,
      {
        hint,
      },
    );
  }
  return bytes;
}
