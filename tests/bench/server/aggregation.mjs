// Reports through two aggregators, two processes on SQLite.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AggregatorPair } from "../../server/support/aggregators.mjs";
import { reportTool } from "../../server/support/programs.mjs";
import { processorSeconds } from "./process.mjs";

const items = (count) => Array.from({ length: count }, (_, i) => `p${i}`).join(",");
const kNoise = ["--sigma-squared", "100", "--minimum", "50"];
/** 128 items: 8,256 entries. */
const kTasks = {
  affinity: {
    options: ["--kind", "affinity", "--items", items(128), ...kNoise],
    reports: 600,
    wanted: 80,
    entries: "8,256 entries",
  },
  mood: {
    options: ["--kind", "mood", "--minute", "5", ...kNoise],
    reports: 12_000,
    wanted: 1_500,
    entries: "Histogram of 36",
  },
};

/** A pair with one task and its reports made. */
async function prepare(kind, options, count) {
  const pair = await AggregatorPair.create();
  await pair.addTask(kind, options);
  await pair.start();
  await pair.makeReports(kind, count);
  return pair;
}

export async function measureEndToEnd(kind) {
  const { options, reports, wanted, entries } = kTasks[kind];
  const pair = await prepare(kind, options, reports);
  const counted = ({ metric }, role) =>
    metric.call(pair[role], `sotto_dap_reports_total{outcome="aggregated",role="${role}"}`);
  const used = () => processorSeconds(pair.leader.process) + processorSeconds(pair.helper.process);
  const [usedBefore, begun] = [used(), performance.now()];
  const sending = pair.sendReports(kind, { connections: 16 });
  while ((await counted(pair.leader, "leader")) < reports) await sleep(20);
  const seconds = (performance.now() - begun) / 1000;
  const { accepted } = await sending;
  if (accepted !== reports) throw new Error(`${accepted} of ${reports} reports were accepted`);
  const cost = ((used() - usedBefore) / reports) * 1000;
  await pair.dispose();
  const rate = reports / seconds;
  return [
    {
      what: `${kind}, end to end`,
      value: rate,
      unit: "reports/s",
      wanted: `>= ${wanted}`,
      met: rate >= wanted,
      note: `${entries}; ${reports} reports, from the first upload to the last one aggregated by the leader; ${cost.toFixed(2)} ms of processor time a report, both aggregators together`,
    },
  ];
}

export async function measureUpload() {
  const count = 30_000;
  const pair = await prepare(
    "small",
    ["--kind", "popularity", "--items", items(2), "--max-items", "1", ...kNoise],
    count,
  );
  // Without a helper, so that what is measured is the upload alone.
  await pair.helper.stop();
  const usedBefore = processorSeconds(pair.leader.process);
  const sent = await pair.sendReports("small", { connections: 64 });
  const cost = ((processorSeconds(pair.leader.process) - usedBefore) / count) * 1e6;
  await pair.dispose();
  if (sent.accepted !== count) throw new Error(`${sent.accepted} of ${count} reports were accepted`);
  const rate = count / sent.seconds;
  const p99 = sent.p99 * 1000;
  const note = `64 connections, small reports (2 items), one in a request, durable before the answer; the helper is away; ${cost.toFixed(0)} us of processor time a report`;
  return [
    { what: "upload", value: rate, unit: "reports/s", wanted: ">= 3000", met: rate >= 3000, note },
    { what: "upload, p99", value: p99, unit: "ms", wanted: "<= 100", met: p99 <= 100, note: "the same" },
  ];
}

/** How long a leader takes from its start to /readyz. */
export async function measureRestart(reports) {
  const pair = await AggregatorPair.create();
  await pair.addTask("many", ["--kind", "popularity", "--items", items(2), "--max-items", "1", ...kNoise]);
  const leader = pair.leader;
  execFileSync(reportTool(), [
    "fill",
    join(leader.folder, "tasks/many.toml"),
    String(reports),
    `sqlite:${join(leader.folder, "aggregator.sqlite")}`,
  ]);
  const times = [];
  for (let i = 0; i < 5; i++) {
    const begun = performance.now();
    await leader.start();
    times.push((performance.now() - begun) / 1000);
    await leader.stop("SIGKILL");
  }
  times.sort((a, b) => a - b);
  await pair.dispose();
  const median = times[2];
  return [
    {
      what: `start with ${reports} stored reports`,
      value: median,
      unit: "s",
      wanted: "< 1",
      met: median < 1,
      note: `from the start of the process, killed before, to 200 of /readyz; median of 5, ${times[0].toFixed(2)} to ${times[4].toFixed(2)}`,
    },
  ];
}
