// The recommender's JavaScript from Emscripten. Both variants have the same glue (the package's build checks it).
export type * from "../../wasm/recommend.simd.js";
export { default as createModule } from "../../wasm/recommend.simd.js";
