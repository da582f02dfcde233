// Starts a module of the core from its file's bytes.
import { BUILD_ID } from "../build-id.js";
import { SottoError } from "../errors.js";

const copyHint = "Copy dist/ and wasm/ from the same version of @sotto/live.";

interface CreateOptions {
  instantiateWasm(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void): object;
}

/** The build that a module says it is from; "" if it says nothing. */
function buildIdOf(module: WebAssembly.Module): string {
  const [section] = WebAssembly.Module.customSections(module, "sotto.build");
  return section ? new TextDecoder().decode(section) : "";
}

/**
 * Compiles and starts core.wasm or recommend.wasm by Emscripten's function for it. Errors: ASSET_INVALID, ASSET_MISMATCH
 * (another build than this JavaScript).
 */
export async function startModule<Module>(
  create: (options: CreateOptions) => Promise<Module>,
  wasm: BufferSource,
  name: string,
): Promise<Module> {
  let compiled: WebAssembly.Module;
  try {
    compiled = await WebAssembly.compile(wasm);
  } catch (cause) {
    const blocked = !(cause instanceof WebAssembly.CompileError) || /Content.Security|unsafe-eval/i.test(cause.message);
    throw new SottoError("ASSET_INVALID", `${name} does not compile: ${(cause as Error).message}`, {
      hint: blocked ? "Allow 'wasm-unsafe-eval' in the page's script-src." : copyHint,
      cause,
    });
  }
  const built = buildIdOf(compiled);
  if (built !== BUILD_ID) {
    throw new SottoError(
      "ASSET_MISMATCH",
      `${name} was built as ${built || "something else"}, this JavaScript expects ${BUILD_ID}`,
      { hint: copyHint },
    );
  }
  return new Promise((resolve, reject) => {
    const instantiateWasm = (imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void) => {
      WebAssembly.instantiate(compiled, imports).then(receive).catch(reject);
      return {};
    };
    create({ instantiateWasm }).then(resolve, reject);
  });
}
