// SIGTERM while the helper is silent: the leader does not wait for it.
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { AggregatorPair } from "./support/aggregators.mjs";
import { Gateway, kManners } from "./support/gateway.mjs";
import { kPopularity, sumsOf, until } from "./support/popularity.mjs";

const kCount = 40;
let pair;
let gateway;
afterEach(async () => {
  await gateway?.close(); // which ends what a leader still waits for
  await pair?.dispose();
  pair = gateway = undefined;
});

it.each([
  ["for an aggregation job", "aggregation_jobs"],
  ["for a share of the sums", "aggregate_shares"],
])("a leader that waits %s stops at once, and goes on after a start", { timeout: 120_000 }, async (_, resource) => {
  pair = await AggregatorPair.create({ leader: { drainSeconds: 1, aggregator: "peer_seconds = 60.0" } });
  gateway = await (await Gateway.create([pair.helper])).listen();
  pair.helper.publicUrl = gateway.url;
  await pair.addTask("task", [...kPopularity, "--minimum", String(kCount)]);
  await pair.start();
  await pair.makeReports("task", kCount);
  gateway.manner = ({ url }) => (url.includes(resource) ? kManners.silent : undefined);
  await pair.sendReports("task");
  // The leader goes on with the collection whether or not the collector waits.
  await expect(pair.collect("task", { wait: 1 })).rejects.toThrow("the batch is not ready");
  await until(() => gateway.asked.some(({ url }) => url.includes(resource)), "the leader asks");

  const ended = await Promise.race([pair.leader.stop(), sleep(30_000, "still running")]);
  expect(ended).toEqual({ code: 0, signal: null });
  expect(pair.leader.log).toContain("stopped");

  gateway.manner = () => undefined;
  await pair.leader.start();
  expect(await pair.collect("task")).toMatchObject({ reports: kCount, sums: sumsOf(kCount) });
});
