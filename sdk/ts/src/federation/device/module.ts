// JavaScript of the federation module from Emscripten. Both variants have the same glue (the package's build checks it).
export type * from "../../../wasm/federation.simd.js";
export { default as createModule } from "../../../wasm/federation.simd.js";
