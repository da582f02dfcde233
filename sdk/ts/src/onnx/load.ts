// A model from an address or from bytes, as a session of the page's runtime.
import { SottoError } from "../errors.js";
import { fetchBytes } from "../net/fetch-bytes.js";
import type { OnnxRuntime, OnnxSession } from "./runtime.js";

/** The address of a model, or its bytes. */
export type Source = string | URL | Uint8Array;

export interface LoadOptions {
  /** Handed to the runtime's InferenceSession.create(), such as { executionProviders: ["webgpu", "wasm"] }. */
  sessionOptions?: object;
  /** Instead of the global fetch. */
  fetch?: typeof globalThis.fetch;
  signal?: AbortSignal;
}

export async function load(
  runtime: OnnxRuntime,
  source: Source,
  what: string,
  inputs: readonly string[],
  { sessionOptions, fetch, signal }: LoadOptions,
): Promise<OnnxSession> {
  const bytes =
    source instanceof Uint8Array ? source : (await fetchBytes(String(source), { what, fetch, signal })).bytes;
  let session: OnnxSession;
  try {
    session = await runtime.InferenceSession.create(bytes, sessionOptions);
  } catch (cause) {
    throw new SottoError("MALFORMED", `${what} could not be loaded: ${(cause as Error)?.message ?? cause}`, {
      hint: "Check that it is an ONNX model, and that the runtime finds its own .wasm files (ort.env.wasm.wasmPaths).",
      cause,
    });
  }
  const missing = inputs.filter((name) => !session.inputNames.includes(name));
  if (missing.length > 0 || session.inputNames.length !== inputs.length) {
    await session.release?.();
    throw new SottoError("MISMATCH", `${what} has the inputs ${session.inputNames.join(", ")}`, {
      hint: `It must have ${inputs.join(" and ")}, and no other.`,
    });
  }
  return session;
}
