// Where the package's own files are. Bundlers know these literal forms; each is relative to dist/.
import { hasSimd } from "./simd.js";

export const defaultWasm = (): URL =>
  hasSimd() ? new URL("../wasm/core.simd.wasm", import.meta.url) : new URL("../wasm/core.mvp.wasm", import.meta.url);

export const defaultWebgl = (): URL => new URL("./webgl.js", import.meta.url);

export const defaultCommentModel = (): URL => new URL("../models/comments.bin", import.meta.url);
