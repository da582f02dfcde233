// What two aggregators and one room's server do a second on this machine, and whether that is what is wanted of them.
//   node tests/bench/server.mjs [OPTIONS]
//     --only NAME,NAME     some of: affinity, mood, upload, updates, manifest, comments, slow-headers, restart, kills
//     --kill-rounds 0      how often "kills" kills the two in turn; 0: left out
//     --kill-reports 100000    while so many reports arrive
//     --restart-reports 1000000    in the storage of the server that starts
//     --write FILE         also writes the report there
// The programs are those of build/bench unless SOTTO_BUILD_DIR names another build. nginx and wrk, if they are
// installed, for the comparison of static answers. Clients share the machine with the servers.
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { number, table } from "./overlay/table.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
process.env.SOTTO_BUILD_DIR ??= join(root, "build/bench");
const aggregation = await import("./server/aggregation.mjs");
const web = await import("./server/web.mjs");
const { measureKills } = await import("./server/kills.mjs");
const { serverProgram } = await import("../server/support/programs.mjs");

const { values: given } = parseArgs({
  options: {
    only: { type: "string" },
    "kill-rounds": { type: "string", default: "0" },
    "kill-reports": { type: "string", default: "100000" },
    "restart-reports": { type: "string", default: "1000000" },
    write: { type: "string" },
  },
});
const killRounds = Number(given["kill-rounds"]);

/** Each resolves to rows {what, value, unit, wanted, met, note}; `met` is undefined where nothing is wanted. */
const parts = {
  affinity: () => aggregation.measureEndToEnd("affinity"),
  mood: () => aggregation.measureEndToEnd("mood"),
  upload: () => aggregation.measureUpload(),
  updates: () => web.measureUpdates(),
  manifest: () => web.measureManifest(),
  comments: () => web.measureComments(),
  "slow-headers": () => web.measureSlowHeaders(),
  restart: () => aggregation.measureRestart(Number(given["restart-reports"])),
  kills: () => (killRounds > 0 ? measureKills(killRounds, Number(given["kill-reports"])) : []),
};
const chosen = given.only?.split(",") ?? Object.keys(parts);
const unknown = chosen.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`server: there is no ${unknown.join(", ")}; see the head of this file`);
  process.exit(2);
}
if (!existsSync(serverProgram())) {
  console.error(`server: ${serverProgram()} is missing`);
  process.exit(1);
}

const verdict = ({ met, wanted }) =>
  wanted === undefined ? "" : met === undefined ? "not measured" : met ? "met" : "not met";
const rows = [];
const started = [];

function describe() {
  const report = table(
    ["what", "measured", "wanted", "", "load"],
    rows.map((row) => [row.what, number(row.value, row.unit), row.wanted ?? "", verdict(row), number(row.load)]),
  );
  const notes = rows.filter(({ note }) => note !== undefined).map(({ what, note }) => `- ${what}: ${note}.`);
  const left = Object.keys(parts).filter((name) => !started.includes(name));
  const version = execFileSync(serverProgram(), ["--version"], { encoding: "utf8" }).trim();
  const busy = Math.max(...rows.map(({ load }) => load)) > 1.5 * cpus().length;
  const document = `# The server and two aggregators

\`\`\`sh
cmake --preset bench && cmake --build --preset bench
node tests/bench/server.mjs --kill-rounds 300 --write docs/benchmarks/server.md
\`\`\`

measures this anew; without \`--kill-rounds\` that part is left out. Leader, helper, clients and whatever else runs share
the processors. Reports were made before, so devices' work is not in the figures. "load" is the load average before each
part: how many programs wanted to run at once.

${new Date().toISOString().slice(0, 10)}, ${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores, sotto-server ${version}, Node ${process.versions.node}${web.versions()}.
${busy ? "**The machine was not quiet:** other programs wanted its processors all the time, so rates and latencies are worse than they need be. The processor time of an operation says more." : "The machine did nothing else."}

${report}

${notes.join("\n")}
${left.length > 0 ? `\nNot measured in this run: ${left.join(", ")}.\n` : ""}`;
  return document;
}

for (const name of chosen) {
  console.error(name);
  const load = loadavg()[0];
  if (name !== "kills" || killRounds > 0) started.push(name);
  try {
    for (const row of await parts[name]()) rows.push({ ...row, load });
  } catch (error) {
    console.error(`server: ${name}: ${error.stack}`);
    rows.push({ what: name, note: `failed: ${error.message.split("\n")[0]}`, load });
    process.exitCode = 1;
  }
  // After each part: those that were measured are not lost if a later one is cut off.
  if (given.write) writeFileSync(given.write, describe());
}
console.log(describe());
