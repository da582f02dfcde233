// Builds the package from src/ and from what the WASM presets put into wasm/:
//   dist/     ES modules for browsers and node (esbuild)
//   types/    declarations (tsc)
//   models/   the comment model

import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { rollup } from "rollup";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

// One copy of Emscripten's JavaScript is bundled, so it must serve both variants.
for (const name of ["core", "recommend", "federation"]) {
  const glue = (variant) =>
    readFileSync(here(`wasm/${name}.${variant}.js`), "utf8").replaceAll(`${name}.${variant}.`, `${name}.`);
  if (glue("simd") !== glue("mvp")) {
    console.error(
      `wasm/${name}.simd.js and wasm/${name}.mvp.js differ. Build both presets (wasm-simd, wasm-mvp) anew.`,
    );
    process.exit(1);
  }
}

for (const folder of ["dist", "types", "models"]) rmSync(here(folder), { recursive: true, force: true });

// Emscripten's JavaScript would also fetch the module, for callers that do not pass instantiateWasm; core/start.ts always
// does. It would pass wide strings, which no binding has. What is never called then goes: Rollup finds unused functions
// inside of functions, which esbuild does not.
async function withoutUnused(code) {
  const chooses =
    /if\(Module\["instantiateWasm"\]\)\{try\{(return Module\["instantiateWasm"\].*?)\}catch\(e\)\{.*?\}\}/;
  if (!chooses.test(code))
    throw new Error("Emscripten's JavaScript chooses in another way how to start: see build.mjs");
  const wide = /:__embind_register_std_wstring\b/;
  if (!wide.test(code)) throw new Error("Emscripten's JavaScript registers wide strings in another way: see build.mjs");
  const lean = code.replace(chooses, "$1;").replace(wide, ":()=>{}");
  const file = { name: "file", resolveId: (id) => id, load: () => lean };
  // To read a property or a global does nothing else in it.
  const treeshake = { propertyReadSideEffects: false, unknownGlobalSideEffects: false };
  const bundle = await rollup({ input: "core.js", plugins: [file], treeshake });
  return (await bundle.generate({ format: "es" })).output[0].code;
}

const glue = {
  name: "glue",
  setup({ onLoad }) {
    onLoad({ filter: /wasm[\\/](core|recommend|federation)\.simd\.js$/ }, async ({ path }) => ({
      contents: await withoutUnused(readFileSync(path, "utf8")),
    }));
  },
};

const common = {
  outdir: here("dist"),
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "eof",
  logLevel: "warning",
};

const split = {
  plugins: [glue],
  splitting: true,
  // Flat, because new URL("../wasm/...", import.meta.url) is meant from dist/.
  chunkNames: "chunk-[hash]",
};

// By themselves: they are loaded by their URLs, where there is a GPU, and for rooms with products.
await build({
  ...common,
  entryPoints: { webgl: here("src/overlay/backends/gl.ts"), recommend: here("src/recommend/index.ts") },
  plugins: [glue],
});

await build({
  ...common,
  entryPoints: {
    index: here("src/index.ts"),
    element: here("src/element/index.ts"),
    worker: here("src/worker/worker.ts"),
    core: here("src/core/index.ts"),
    onnx: here("src/onnx/index.ts"),
  },
  ...split,
});

// Apart from the rest: what it shares with it would become files of their own, which every session would load.
await build({
  ...common,
  entryPoints: {
    federation: here("src/federation/device/index.ts"),
    "federation-worker": here("src/federation/device/worker.ts"),
  },
  ...split,
});

const tsc = spawnSync(
  process.execPath,
  [here("../../node_modules/typescript/bin/tsc"), "-p", here("tsconfig.build.json")],
  {
    stdio: "inherit",
  },
);
if (tsc.status !== 0) process.exit(1);

mkdirSync(here("models"), { recursive: true });
copyFileSync(here("../../models/comments.bin"), here("models/comments.bin"));
copyFileSync(here("../../LICENSE"), here("LICENSE"));
