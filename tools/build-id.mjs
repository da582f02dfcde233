// The build id: the package's version and a hash of every file of ours that decides what core.wasm does.
//   node tools/build-id.mjs                                 prints it
//   node tools/build-id.mjs [--header=FILE] [--module=FILE] writes it for C++ and for TypeScript
// A FILE is written only when its content changes, so that a build without changes stays one.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folders = ["sdk/cpp", "wasm", "cmake"];
const files = ["CMakeLists.txt", "CMakePresets.json"];

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

function buildId() {
  const { version } = JSON.parse(readFileSync(join(root, "sdk/ts/package.json"), "utf8"));
  const hash = createHash("sha256");
  const all = [
    ...files.map((file) => join(root, file)),
    ...folders.flatMap((folder) => filesUnder(join(root, folder))),
  ];
  for (const file of all.sort()) {
    const bytes = readFileSync(file);
    hash.update(`${relative(root, file)} ${bytes.length}\n`).update(bytes);
  }
  return `${version}-${hash.digest("hex").slice(0, 16)}`;
}

function writeIfChanged(file, text) {
  try {
    if (readFileSync(file, "utf8") === text) return;
  } catch {
    mkdirSync(dirname(file), { recursive: true });
  }
  writeFileSync(file, text);
}

const writers = {
  header: (id) => `#pragma once\n#define SOTTO_BUILD_ID "${id}"\n`,
  module: (id) => `// Written by the WASM build.\nexport const BUILD_ID = "${id}";\n`,
};

const id = buildId();
const outputs = process.argv.slice(2);
if (outputs.length === 0) console.log(id);
for (const output of outputs) {
  const [, kind, file] = /^--(header|module)=(.+)$/.exec(output) ?? [];
  if (!kind) {
    console.error(`build-id: unknown argument ${output}. Use --header=FILE or --module=FILE.`);
    process.exit(2);
  }
  writeIfChanged(file, writers[kind](id));
}
