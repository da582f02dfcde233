// Checks the npm package's files against sdk/ts/size-budget.json: [{ name, files or entries or lazy, brotliBytes }].
//   files    these files
//   entries  these files and what they import as soon as they are loaded; with `beyond`, less what those entries have
//   lazy     those of a folder that no other budget has, and no entry of one imports like that
// A page downloads them compressed, so brotli at its highest level is what counts.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";

const folder = new URL("../sdk/ts/", import.meta.url);
const budgets = JSON.parse(readFileSync(new URL("size-budget.json", folder), "utf8"));

/** Static imports only: `import"./a.js"`, `from"./a.js"`; import("./a.js") has a parenthesis. */
function closure(entries) {
  const found = new Set();
  const visit = (file) => {
    if (found.has(file)) return;
    found.add(file);
    const source = readFileSync(new URL(file, folder), "utf8");
    for (const [, name] of source.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) {
      visit(file.replace(/[^/]+$/, name));
    }
  };
  entries.forEach(visit);
  return [...found];
}

const eager = new Set(budgets.flatMap(({ entries = [], files = [] }) => [...closure(entries), ...files]));
const filesOf = ({ files, entries, beyond = [], lazy }) =>
  files ??
  (entries
    ? closure(entries).filter((file) => !closure(beyond).includes(file))
    : readdirSync(new URL(lazy, folder))
        .map((name) => lazy + name)
        .filter((file) => file.endsWith(".js") && !eager.has(file)));

let status = 0;
for (const budget of budgets) {
  const { name, brotliBytes } = budget;
  const size = filesOf(budget).reduce(
    (sum, file) => sum + brotliCompressSync(readFileSync(new URL(file, folder))).length,
    0,
  );
  const within = size <= brotliBytes;
  console.log(`${within ? "ok  " : "OVER"} ${name}: ${size} of ${brotliBytes} bytes, brotli`);
  if (!within) {
    console.error(`${name} is over its budget in ${fileURLToPath(new URL("size-budget.json", folder))}.`);
    status = 1;
  }
}
process.exit(status);
