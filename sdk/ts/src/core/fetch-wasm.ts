// The files of WASM modules, which the page fetches: apart from what starts them, so that the page does not load their
// JavaScript as well as the worker.
import { SottoError } from "../errors.js";
import { absolute, fetchBytes } from "../net/fetch-bytes.js";
import { defaultWasm } from "./assets.js";

export interface WasmFile {
  /** "core.wasm" */
  readonly name: string;
  /** The session's option for it. */
  readonly asset: string;
  /** The file beside the package's JavaScript, chosen by a SIMD probe. */
  url(): URL;
}

export const coreFile: WasmFile = { name: "core.wasm", asset: "wasm", url: defaultWasm };

export interface FetchWasmOptions {
  /** Default: the file beside the package's JavaScript, chosen by a SIMD probe. */
  wasm?: string | URL;
  fetch?: typeof fetch;
  signal?: AbortSignal;
}

/** Fetches a module and makes sure that it is one: a server's "not found" page in its place is the usual mistake. */
export async function fetchWasm(
  file: WasmFile,
  { wasm, fetch, signal }: FetchWasmOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const url = String(wasm ?? file.url());
  const { bytes, type } = await fetchBytes(url, { what: file.name, fetch, signal });
  if (bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d) return bytes;
  const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart();
  const what = start.startsWith("<") ? "HTML" : `${bytes.length} bytes that are not WebAssembly`;
  throw new SottoError("ASSET_INVALID", `${absolute(url)} answered with ${what} (Content-Type ${type || "missing"})`, {
    // Vite's pre-bundling moves the JavaScript away from the files that it belongs to.
    hint: url.includes("/.vite/")
      ? "Add optimizeDeps: { exclude: ['@sotto/live'] } to Vite's configuration."
      : `Serve @sotto/live's ${file.name} there (as application/wasm), or pass its URL as assets.${file.asset}.`,
  });
}
