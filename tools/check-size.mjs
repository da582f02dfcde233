// Checks the npm package's files against sdk/ts/size-budget.json: [{ name, files: [...], brotliBytes }].
// A file may end in "/*.js": all of the folder's with that ending. A page downloads them compressed, so brotli at its
// highest level is what counts.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";

const folder = new URL("../sdk/ts/", import.meta.url);
const budgets = JSON.parse(readFileSync(new URL("size-budget.json", folder), "utf8"));
const expand = (file) => {
  const [, parent, ending] = /^(.*\/)\*(\.\w+)$/.exec(file) ?? [];
  if (!ending) return [file];
  return readdirSync(new URL(parent, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => parent + entry.name);
};

let status = 0;
for (const { name, files, brotliBytes } of budgets) {
  const size = files
    .flatMap(expand)
    .reduce((sum, file) => sum + brotliCompressSync(readFileSync(new URL(file, folder))).length, 0);
  const within = size <= brotliBytes;
  console.log(`${within ? "ok  " : "OVER"} ${name}: ${size} of ${brotliBytes} bytes, brotli`);
  if (!within) {
    console.error(`${name} is over its budget in ${fileURLToPath(new URL("size-budget.json", folder))}.`);
    status = 1;
  }
}
process.exit(status);
