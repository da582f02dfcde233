import { BUILD_ID } from "../build-id.js";
import { SottoError } from "../errors.js";
import { absolute, fetchBytes } from "../net/fetch-bytes.js";
import { defaultWasm } from "./assets.js";
import { Core } from "./core.js";
import { createModule, type MainModule } from "./module.js";

const copyHint = "Copy dist/ and wasm/ from the same version of @sotto/live.";

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

/** The build that a module says it is from; "" if it says nothing. */
function buildIdOf(module: WebAssembly.Module): string {
  const [section] = WebAssembly.Module.customSections(module, "sotto.build");
  return section ? new TextDecoder().decode(section) : "";
}

/** Compiles and starts core.wasm. Errors: ASSET_INVALID, ASSET_MISMATCH (another build than this JavaScript). */
export async function startCore(wasm: BufferSource): Promise<Core> {
  let compiled: WebAssembly.Module;
  try {
    compiled = await WebAssembly.compile(wasm);
  } catch (cause) {
    const blocked = !(cause instanceof WebAssembly.CompileError) || /Content.Security|unsafe-eval/i.test(cause.message);
    throw new SottoError("ASSET_INVALID", `the WASM core does not compile: ${(cause as Error).message}`, {
      hint: blocked ? "Allow 'wasm-unsafe-eval' in the page's script-src." : copyHint,
      cause,
    });
  }
  const built = buildIdOf(compiled);
  if (built !== BUILD_ID) {
    throw new SottoError(
      "ASSET_MISMATCH",
      `core.wasm was built as ${built || "something else"}, this JavaScript expects ${BUILD_ID}`,
      { hint: copyHint },
    );
  }
  return new Core(await instantiate(compiled));
}

function instantiate(compiled: WebAssembly.Module): Promise<MainModule> {
  return new Promise((resolve, reject) => {
    const instantiateWasm = (imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void) => {
      WebAssembly.instantiate(compiled, imports).then(receive).catch(reject);
      return {};
    };
    createModule({ instantiateWasm }).then(resolve, reject);
  });
}

export interface LoadCoreOptions extends Omit<FetchWasmOptions, "wasm"> {
  /** A URL, or the file's bytes. */
  wasm?: string | URL | BufferSource;
}

/** The core on this thread, in a browser or in node: for scripts and servers. A LiveSession runs its own in a worker. */
export async function loadCore({ wasm, ...options }: LoadCoreOptions = {}): Promise<Core> {
  const isUrl = wasm === undefined || typeof wasm === "string" || wasm instanceof URL;
  const bytes = isUrl ? await fetchWasm({ ...options, ...(wasm === undefined ? {} : { wasm }) }) : wasm;
  options.signal?.throwIfAborted();
  return startCore(bytes);
}
