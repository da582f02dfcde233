// Where the recommender's own files are. Bundlers know these literal forms; each is relative to dist/.
import type { WasmFile } from "../core/fetch-wasm.js";
import { hasSimd } from "../core/simd.js";

export const recommendFile: WasmFile = {
  name: "recommend.wasm",
  asset: "recommendWasm",
  url: () =>
    hasSimd()
      ? new URL("../wasm/recommend.simd.wasm", import.meta.url)
      : new URL("../wasm/recommend.mvp.wasm", import.meta.url),
};

export const defaultRecommend = (): URL => new URL("./recommend.js", import.meta.url);
