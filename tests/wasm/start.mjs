// Starts a build outside a browser: the module, and `unwrap` for its answers.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

export async function start(path) {
  const script = resolve(path);
  const { default: createModule } = await import(pathToFileURL(script));
  const wasm = await WebAssembly.compile(await readFile(script.replace(/\.js$/, ".wasm")));
  const module = await createModule({
    instantiateWasm(imports, receive) {
      WebAssembly.instantiate(wasm, imports).then(receive);
      return {};
    },
  });
  const [section] = WebAssembly.Module.customSections(wasm, "sotto.build");
  assert.equal(module.buildId(), new TextDecoder().decode(section));
  return module;
}

export function unwrap(answer) {
  assert.ok(answer.ok, answer.error?.message);
  return answer.value;
}
