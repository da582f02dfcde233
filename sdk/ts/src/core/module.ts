// The compiled core's JavaScript. Both variants have the same glue (the package's build checks it), so one serves both.
export type * from "../../wasm/core.simd.js";
export { default as createModule } from "../../wasm/core.simd.js";
