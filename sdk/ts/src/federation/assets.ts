// Where the federation module is. Bundlers know this literal form; it is relative to dist/.
import type { WasmFile } from "../core/fetch-wasm.js";
import { hasSimd } from "../core/simd.js";

export const federationFile: WasmFile = {
  name: "federation.wasm",
  asset: "federationWasm",
  url: () =>
    hasSimd()
      ? new URL("../wasm/federation.simd.wasm", import.meta.url)
      : new URL("../wasm/federation.mvp.wasm", import.meta.url),
};
