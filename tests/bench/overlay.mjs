// What the overlay costs beside other libraries, and whether it keeps its targets. See docs/benchmarks/overlay.md.
//   node tests/bench/overlay.mjs [OPTIONS]
//     --systems sotto,danmaku,danmu.js,niconicomments    which to measure
//     --sizes 200,1000,5000     comments on screen
//     --seconds 4               of each measurement
//     --rounds 3                of which the medians count
//     --cycles 500              sessions to make and dispose
//     --write FILE              also writes the report there
// Takes about 15 minutes. Linux only; the package must be built (npm run build).
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { measureCell } from "./overlay/cell.mjs";
import { hasSchedstat } from "./overlay/cpu.mjs";
import { measureCycles } from "./overlay/cycles.mjs";
import { describeMachine } from "./overlay/machine.mjs";
import { requirePackage, servePages } from "./overlay/pages.mjs";
import { availableOf } from "./overlay/peers.mjs";
import { measurePlanner } from "./overlay/planner.mjs";
import { conditions, documentation, resultTables } from "./overlay/report.mjs";
import { measureSeek } from "./overlay/seek.mjs";
import { medians } from "./overlay/statistics.mjs";
import { judge } from "./overlay/targets.mjs";

const known = ["sotto", "danmaku", "danmu.js", "niconicomments"];
const { values: given } = parseArgs({
  options: {
    systems: { type: "string", default: known.join(",") },
    sizes: { type: "string", default: "200,1000,5000" },
    seconds: { type: "string", default: "4" },
    rounds: { type: "string", default: "3" },
    cycles: { type: "string", default: "500" },
    write: { type: "string" },
  },
});
const sizes = given.sizes.split(",").map(Number);
const wanted = given.systems.split(",");
const [seconds, rounds, cycles] = [given.seconds, given.rounds, given.cycles].map(Number);

if (!hasSchedstat()) {
  console.log("overlay: this kernel does not tell what threads use (/proc/self/schedstat); left out");
  process.exit(0);
}
const unknown = wanted.filter((system) => !known.includes(system));
if (unknown.length > 0 || ![...sizes, seconds, rounds, cycles].every((value) => value > 0)) {
  console.error(`overlay: ${unknown.join(", ") || "a number"} is not possible; see the head of this file`);
  process.exit(2);
}
try {
  requirePackage();
} catch (error) {
  console.error(`overlay: ${error.message}`);
  process.exit(1);
}

/** A part that fails is missing from the report; the others go on. */
async function part(name, measure) {
  try {
    console.error(name);
    return await measure();
  } catch (error) {
    console.error(`${name} failed: ${error.message}`);
    return undefined;
  }
}

const systems = availableOf(wanted);
const machine = await describeMachine();
const planner = await part("planner", measurePlanner);
const pages = await servePages(["idle", ...systems]);
const { origin } = pages;
const cells = new Map(); // of each system and size, its rounds

async function measureRound() {
  for (const size of [0, ...sizes]) {
    for (const system of size === 0 ? ["idle"] : systems) {
      const key = `${system} ${size}`;
      const before = cells.get(key) ?? [];
      if (before.some(({ failure }) => failure)) continue; // it would fail again, and slowly
      const found = await measureCell({ origin, system, size, seconds, stress: size === Math.min(...sizes) });
      cells.set(key, [...before, found]);
      const told = found.failure ?? `${found.fps.toFixed(1)} fps, ${found.total.toFixed(1)} ms a frame`;
      console.error(`${key}: ${told}${found.note ? ` (${found.note})` : ""}`);
    }
  }
}

let seek;
let disposed;
try {
  for (let round = 1; round <= rounds; round++) await measureRound();
  seek = await part("seek", () => measureSeek({ origin }));
  disposed = await part("cycles", () => measureCycles({ origin, cycles, settled: Math.ceil(cycles / 5) }));
} finally {
  await pages.close();
}

const cell = (system, size) => {
  const measured = cells.get(`${system} ${size}`);
  return measured?.find(({ failure }) => failure) ?? (measured && medians(measured));
};
const date = new Date().toISOString().slice(0, 10);
const notes = [...cells.values()].flatMap((each) => each.flatMap(({ note }) => note ?? []));
const results = { cell, sizes, systems, seconds, rounds, date, machine, planner, seek, cycles: disposed };
results.idle = cell("idle", 0);
results.targets = judge(results);
results.notes = [...new Set(notes)];

console.log(`\n${conditions(results)}\n\n${resultTables(results)}`);
if (given.write) {
  mkdirSync(dirname(given.write), { recursive: true });
  writeFileSync(given.write, documentation(results));
}
