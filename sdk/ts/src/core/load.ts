import { Core } from "./core.js";
import { coreFile, type FetchWasmOptions, fetchWasm } from "./fetch-wasm.js";
import { createModule } from "./module.js";
import { startModule } from "./start.js";

export interface LoadCoreOptions extends Omit<FetchWasmOptions, "wasm"> {
  /** A URL, or the file's bytes. */
  wasm?: string | URL | BufferSource;
}

/** The core on this thread, in a browser or in node: for scripts and servers. A LiveSession runs its own in a worker. */
export async function loadCore({ wasm, ...options }: LoadCoreOptions = {}): Promise<Core> {
  const isUrl = wasm === undefined || typeof wasm === "string" || wasm instanceof URL;
  const bytes = isUrl ? await fetchWasm(coreFile, { ...options, ...(wasm === undefined ? {} : { wasm }) }) : wasm;
  options.signal?.throwIfAborted();
  return startCore(bytes);
}

/** From core.wasm's bytes. Errors: those of startModule. */
export const startCore = async (wasm: BufferSource): Promise<Core> =>
  new Core(await startModule(createModule, wasm, coreFile.name));
