// Builds the package from src/ and from what the WASM presets put into wasm/:
//   dist/     ES modules for browsers and node (esbuild)
//   types/    declarations (tsc)
//   models/   the sentiment model

import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

// One copy of Emscripten's JavaScript is bundled, so it must serve both variants.
const glue = (variant) => readFileSync(here(`wasm/core.${variant}.js`), "utf8").replaceAll(`core.${variant}.`, "core.");
if (glue("simd") !== glue("mvp")) {
  console.error("wasm/core.simd.js and wasm/core.mvp.js differ. Build both presets (wasm-simd, wasm-mvp) anew.");
  process.exit(1);
}

for (const folder of ["dist", "types", "models"]) rmSync(here(folder), { recursive: true, force: true });

const common = {
  outdir: here("dist"),
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "eof",
  logLevel: "warning",
};

// By itself: it is loaded by its URL, and only where there is a GPU.
await build({ ...common, entryPoints: { webgl: here("src/overlay/backends/gl.ts") } });

await build({
  ...common,
  entryPoints: {
    index: here("src/index.ts"),
    element: here("src/element/index.ts"),
    worker: here("src/worker/worker.ts"),
    core: here("src/core/index.ts"),
  },
  splitting: true,
  // Flat, because new URL("../wasm/...", import.meta.url) is meant from dist/.
  chunkNames: "chunk-[hash]",
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
copyFileSync(here("../../models/sentiment.bin"), here("models/sentiment.bin"));
copyFileSync(here("../../LICENSE"), here("LICENSE"));
