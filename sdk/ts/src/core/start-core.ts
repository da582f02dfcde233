// Apart from what fetches the file, which a worker does not.
import { Core } from "./core.js";
import { createModule } from "./module.js";
import { startModule } from "./start.js";

/** From core.wasm's bytes. Errors: those of startModule. */
export const startCore = async (wasm: BufferSource): Promise<Core> =>
  new Core(await startModule(createModule, wasm, "core.wasm"));
