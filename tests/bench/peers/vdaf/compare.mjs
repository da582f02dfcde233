// What a report costs: Sotto natively and in WASM, the Rust crate `prio` and npm's @divviup/prio3, one after the other in
// one run, each the best of many. See README.md.
//
//   node tests/bench/peers/vdaf/compare.mjs [--without rust,javascript] [--markdown FILE]
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { start, unwrap } from "../../../wasm/start.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../../../..");
const { values } = parseArgs({ options: { without: { type: "string", default: "" }, markdown: { type: "string" } } });
const without = new Set(values.without.split(","));

/** Everybody works with these, which Sotto's BestChunkLength chose. */
const shapes = {
  multihot_8256: { variant: "MultihotCountVec", length: 8256, maxWeight: 528, chunkLength: 66 },
  sumvec_4096x4: { variant: "SumVec", length: 4096, maxMeasurement: 15, chunkLength: 130 },
  histogram_36: { variant: "Histogram", length: 36, chunkLength: 6 },
};
const run = (program, args, cwd = root) => execFileSync(program, args, { cwd, encoding: "utf8", maxBuffer: 1 << 26 });
const say = (text) => console.error(text);

function best(work, times = 100) {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < times; i++) {
    const from = performance.now();
    work();
    least = Math.min(least, performance.now() - from);
  }
  return least;
}

/** Milliseconds by "shard sumvec_4096x4", "verify histogram_36 leader", ... */
function native() {
  say("native: building and running vdaf_bench");
  run("cmake", ["--preset", "bench"]);
  run("cmake", ["--build", "--preset", "bench", "--target", "vdaf_bench"]);
  const out = JSON.parse(
    run(join(root, "build/bench/vdaf_bench"), [
      "--benchmark_format=json",
      "--benchmark_filter=Shard|Verify",
      "--benchmark_min_time=0.0001", // single runs, as the others are timed
      "--benchmark_repetitions=150",
    ]),
  );
  const times = new Map();
  for (const { run_type: type, name, real_time: ms } of out.benchmarks) {
    if (type !== "iteration") continue;
    const [, step, shape, role] = /^(Shard|Verify)\/(\w+?_\w+?)(?:_(leader|helper))?(?:\/|$)/.exec(name) ?? [];
    const key = [step?.toLowerCase(), shape, role].filter(Boolean).join(" ");
    times.set(key, Math.min(ms, times.get(key) ?? ms));
  }
  return times;
}

function rust() {
  say("crate prio: building and running");
  run("cargo", ["build", "--release", "--quiet"], here);
  const chunks = Object.values(shapes).map(({ chunkLength }) => String(chunkLength));
  const lines = run(join(here, "target/release/sotto-vdaf-peer"), ["bench", ...chunks]);
  return new Map(
    lines
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
      .map(({ name, ms }) => [name, ms]),
  );
}

async function wasm(variant) {
  say(`WASM, ${variant}`);
  const module = await start(join(root, `sdk/ts/wasm/federation.${variant}.js`));
  const bytes = (length, value) => new Uint8Array(length).fill(value);
  const [ctx, nonce, key] = [bytes(5, 1), bytes(16, 2), bytes(32, 3)];
  const times = new Map();
  for (const [shape, options] of Object.entries(shapes)) {
    const prio3 = unwrap(module.Prio3.create(options));
    const measurement = new Float64Array(options.variant === "Histogram" ? 1 : options.length);
    const rand = bytes(128, 4);
    const shard = () => unwrap(prio3.shard(ctx, measurement, nonce, rand));
    times.set(`shard ${shape}`, best(shard));
    const report = shard();
    const init = (id) => unwrap(prio3.verifyInit(key, ctx, id, nonce, report.publicShare, report.inputShares[id]));
    for (const [id, role] of ["leader", "helper"].entries()) {
      const other = init(1 - id).verifierShare;
      times.set(
        `verify ${shape} ${role}`,
        best(() => {
          const { state, verifierShare } = init(id);
          const both = id === 0 ? [verifierShare, other] : [other, verifierShare];
          const message = unwrap(prio3.verifierSharesToMessage(ctx, both));
          unwrap(prio3.verifyNext(state, message));
          state.delete();
        }),
      );
    }
    prio3.delete();
  }
  return times;
}

/** It speaks an older draft, of the same work. It has no MultihotCountVec. */
async function javascript() {
  say("@divviup/prio3 (some seconds a report)");
  run("npm", ["install", "--no-audit", "--no-fund", "--silent"], here);
  const { Prio3Histogram, Prio3SumVec } = await import("@divviup/prio3");
  const { Buffer } = await import("node:buffer");
  const times = new Map();
  const time = async (shape, vdaf, measurement, runs) => {
    const rand = Buffer.alloc(vdaf.randSize, 4);
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < runs; i++) {
      const from = performance.now();
      await vdaf.shard(measurement, Buffer.alloc(16, 2), rand);
      least = Math.min(least, performance.now() - from);
    }
    times.set(`shard ${shape}`, least);
  };
  await time(
    "sumvec_4096x4",
    new Prio3SumVec({ shares: 2, length: 4096, bits: 4, chunkLength: shapes.sumvec_4096x4.chunkLength }),
    Array(4096).fill(7),
    3,
  );
  await time(
    "histogram_36",
    new Prio3Histogram({ shares: 2, length: 36, chunkLength: shapes.histogram_36.chunkLength }),
    5,
    10,
  );
  return times;
}

const columns = {
  "Sotto, native": native(),
  ...(without.has("rust") ? {} : { "crate prio 0.18.1": rust() }),
  "Sotto, WASM SIMD": await wasm("simd"),
  "Sotto, WASM mvp": await wasm("mvp"),
  ...(without.has("javascript") ? {} : { "@divviup/prio3 0.8.0": await javascript() }),
};
const ours = columns["Sotto, native"];
const simd = columns["Sotto, WASM SIMD"];
const keys = [...simd.keys()].filter((key) => ours.has(key));
const show = (ms) => (ms === undefined ? "" : ms < 0.1 ? ms.toFixed(3) : ms.toFixed(2));
const ratio = (other, own) => (other === undefined ? "" : `${(other / own).toFixed(other / own < 10 ? 2 : 0)}x`);
const rows = [
  ["milliseconds", ...Object.keys(columns), "prio / native", "@divviup / WASM"],
  ["---", ...Object.keys(columns).map(() => "---"), "---", "---"],
  ...keys.map((key) => [
    key,
    ...Object.values(columns).map((times) => show(times.get(key))),
    ratio(columns["crate prio 0.18.1"]?.get(key), ours.get(key)),
    ratio(columns["@divviup/prio3 0.8.0"]?.get(key), simd.get(key)),
  ]),
];
const table = rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
console.log(table);
if (values.markdown) writeFileSync(values.markdown, `${table}\n`);
