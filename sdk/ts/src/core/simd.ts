// A function that splats 0 into sixteen lanes and drops them: valid exactly where WASM SIMD is.
const probe = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11,
]);

export const hasSimd = (): boolean => WebAssembly.validate(probe);
