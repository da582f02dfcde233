// The core's file, which the page fetches: apart from what starts it, so that the page does not load the core's JavaScript
// as well as the worker.
import { SottoError } from "../errors.js";
import { absolute, fetchBytes } from "../net/fetch-bytes.js";
import { defaultWasm } from "./assets.js";

export interface FetchWasmOptions {
  /** Default: the file beside the package's JavaScript, chosen by a SIMD probe. */
  wasm?: string | URL;
  fetch?: typeof fetch;
  signal?: AbortSignal;
}

/** Fetches core.wasm and makes sure that it is one: a server's "not found" page in its place is the usual mistake. */
export async function fetchWasm({ wasm, fetch, signal }: FetchWasmOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const url = String(wasm ?? defaultWasm());
  const { bytes, type } = await fetchBytes(url, { what: "the WASM core", fetch, signal });
  if (bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d) return bytes;
  const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart();
  const what = start.startsWith("<") ? "HTML" : `${bytes.length} bytes that are not WebAssembly`;
  throw new SottoError("ASSET_INVALID", `${absolute(url)} answered with ${what} (Content-Type ${type || "missing"})`, {
    // Vite's pre-bundling moves the JavaScript away from the files that it belongs to.
    hint: url.includes("/.vite/")
      ? "Add optimizeDeps: { exclude: ['@sotto/live'] } to Vite's configuration."
      : "Serve wasm/core.*.wasm of @sotto/live there (as application/wasm), or pass its URL as assets.wasm.",
  });
}
