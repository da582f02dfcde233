import type { Core } from "./core.js";
import { coreFile, type FetchWasmOptions, fetchWasm, type WasmFile } from "./fetch-wasm.js";
import { startCore } from "./start-core.js";

export interface LoadCoreOptions extends Omit<FetchWasmOptions, "wasm"> {
  /** A URL, or the file's bytes. */
  wasm?: string | URL | BufferSource;
}

/** A module's bytes: those that were given, or what its URL has. */
export async function wasmOf(file: WasmFile, { wasm, ...options }: LoadCoreOptions): Promise<BufferSource> {
  const isUrl = wasm === undefined || typeof wasm === "string" || wasm instanceof URL;
  const bytes = isUrl ? await fetchWasm(file, { ...options, ...(wasm === undefined ? {} : { wasm }) }) : wasm;
  options.signal?.throwIfAborted();
  return bytes;
}

/** The core on this thread, in a browser or in node: for scripts and servers. A LiveSession runs its own in a worker. */
export const loadCore = async (options: LoadCoreOptions = {}): Promise<Core> =>
  startCore(await wasmOf(coreFile, options));
