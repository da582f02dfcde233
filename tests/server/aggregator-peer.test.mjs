// A helper that does not do what it should, for a while: the leader goes on, and afterwards every report is counted once.
import { afterEach, expect, it } from "vitest";
import { AggregatorPair } from "./support/aggregators.mjs";
import { Gateway, kManners } from "./support/gateway.mjs";
import { kPopularity, sumsOf, until } from "./support/popularity.mjs";

let pair;
let gateway;
afterEach(async () => {
  await gateway?.close();
  await pair?.dispose();
  pair = gateway = undefined;
});

/** A pair whose leader asks the helper through `gateway`. */
async function pairBehindGateway(leader) {
  pair = await AggregatorPair.create({ leader });
  gateway = await (await Gateway.create([pair.helper])).listen();
  pair.helper.publicUrl = gateway.url;
}

const soon = () => AbortSignal.timeout(10_000);
const get = (path) => fetch(`${pair.leader.url}${path}`, { signal: soon() });

it("a helper that is silent keeps nobody else waiting", { timeout: 60_000 }, async () => {
  // All workers of the leader wait for it at once, for longer than this test takes.
  await pairBehindGateway({ aggregator: "workers = 2\npeer_seconds = 120.0\njob_reports = 20" });
  await pair.addTask("task", [...kPopularity, "--minimum", "200"]);
  await pair.start();
  await pair.makeReports("task", 200);
  gateway.manner = ({ url }) => (url.includes("/tasks/") ? kManners.silent : undefined);
  expect(await pair.sendReports("task", { from: 0, to: 100 })).toMatchObject({ accepted: 100, unanswered: 0 });
  await until(
    () => gateway.asked.filter(({ url }) => url.includes("aggregation_jobs")).length === 2,
    "both workers ask",
  );

  expect(await pair.sendReports("task")).toMatchObject({ accepted: 100, refused: 0, busy: 0, unanswered: 0 });
  const [again] = pair.reports("task");
  const replayed = await pair.upload("task", again);
  expect(replayed.status).toBe(200);
  expect((await replayed.arrayBuffer()).byteLength).toBeGreaterThan(0); // that it is known
  for (const path of ["/healthz", "/readyz", "/metrics", "/dap/hpke_config"])
    expect((await get(path)).status).toBe(200);
  await expect(pair.collect("task", { wait: 1 })).rejects.toThrow("the batch is not ready");
  expect(pair.leader.running).toBe(true);

  // The connections break, and the helper is itself again.
  await gateway.close();
  gateway.manner = () => undefined;
  await gateway.listen();
  expect(await pair.collect("task")).toMatchObject({ reports: 200, sums: sumsOf(200) });
});

it("whatever the helper answers at first, everything is counted once", { timeout: 120_000 }, async () => {
  const manners = Object.entries(kManners);
  await pairBehindGateway({ aggregator: `workers = ${manners.length}\npeer_seconds = 1.0` });
  const tasks = [];
  for (const [i, [name, manner]] of manners.entries()) {
    const id = `task${i}`;
    await pair.addTask(id, [...kPopularity, "--minimum", "20"]);
    tasks.push({ id, name, manner, path: `/dap/tasks/${await pair.taskName(id)}/` });
  }
  await pair.start();
  for (const { id } of tasks) await pair.makeReports(id, 20);

  // Each resource of each task has the first two requests answered so: the leader has to get over it.
  const kTimes = 2;
  const asked = new Map();
  gateway.manner = ({ url }) => {
    const task = tasks.find(({ path }) => url.startsWith(path));
    if (task === undefined) return undefined;
    const resource = `${task.name}: ${url.slice(task.path.length).split("/")[0]}`;
    asked.set(resource, (asked.get(resource) ?? 0) + 1);
    return asked.get(resource) <= kTimes ? task.manner : undefined;
  };
  const sending = tasks.map(async ({ id, name }) => {
    expect(await pair.sendReports(id), name).toMatchObject({ accepted: 20, refused: 0, busy: 0, unanswered: 0 });
    return pair.collect(id);
  });
  for (const [i, release] of (await Promise.all(sending)).entries()) {
    expect(release, tasks[i].name).toMatchObject({ reports: 20, sums: sumsOf(20) });
    expect(await pair.collect(tasks[i].id), tasks[i].name).toEqual(release);
    for (const resource of ["aggregation_jobs", "aggregate_shares"]) {
      expect(asked.get(`${tasks[i].name}: ${resource}`), tasks[i].name).toBeGreaterThan(kTimes);
    }
  }
  expect((await get("/healthz")).status).toBe(200);
  const outcomes = async (server, role) =>
    server.metric(`sotto_dap_collections_total{outcome="released",role="${role}"}`);
  expect(await outcomes(pair.leader, "leader")).toBe(tasks.length);
});
