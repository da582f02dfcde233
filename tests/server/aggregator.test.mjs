// Two real aggregators, set up by the command line: from a device's report to the collector's sums.
import { afterEach, expect, it } from "vitest";
import { AggregatorPair } from "./support/aggregators.mjs";

let pair;
afterEach(async () => pair?.dispose());

/** So little noise that it is always zero: sums show who was counted. */
const kWithoutNoise = ["--sigma-squared", "1/1000000"];
const kItems = Array.from({ length: 20 }, (_, i) => `i${i}`).join(",");
const kPopularity = ["--kind", "popularity", "--items", kItems, "--max-items", "1"];

it("counts every report once, from upload to collection", { timeout: 120_000 }, async () => {
  pair = await AggregatorPair.create();
  await pair.addTask("popular", [...kPopularity, ...kWithoutNoise, "--minimum", "50"]);
  await pair.start();
  await pair.makeReports("popular", 200);
  expect(await pair.sendReports("popular")).toMatchObject({ accepted: 200, refused: 0, unanswered: 0 });
  const release = await pair.collect("popular");
  expect(release).toMatchObject({ task: "popular", kind: "popularity", reports: 200 });
  expect(release.sums).toEqual(Array(20).fill(10));
  expect(await pair.collect("popular")).toEqual(release); // the same again, never another noise
  expect(await pair.leader.metric('sotto_dap_uploads_total{outcome="accepted"}')).toBe(200);
  expect(await pair.leader.metric('sotto_dap_reports_total{outcome="aggregated",role="leader"}')).toBe(200);
  expect(await pair.helper.metric('sotto_dap_reports_total{outcome="aggregated",role="helper"}')).toBe(200);
});

it("adds the noise of both aggregators", { timeout: 120_000 }, async () => {
  pair = await AggregatorPair.create();
  await pair.addTask("noisy", [...kPopularity, "--sigma-squared", "400", "--minimum", "10"]);
  await pair.start();
  await pair.makeReports("noisy", 20);
  await pair.sendReports("noisy");
  const { sums, noiseVariance } = await pair.collect("noisy");
  expect(noiseVariance).toBe(800);
  // 20 numbers of variance 800: their mean square is within a factor of 4 but once in millions.
  const meanSquare = sums.reduce((sum, value) => sum + (value - 1) ** 2, 0) / sums.length;
  expect(meanSquare).toBeGreaterThan(200);
  expect(meanSquare).toBeLessThan(3200);
});

it("works with a helper that answers later, and in batches that the leader selects", { timeout: 120_000 }, async () => {
  pair = await AggregatorPair.create({ helper: { aggregator: "asynchronous = true" } });
  await pair.addTask("later", [...kPopularity, ...kWithoutNoise, "--minimum", "50", "--batch-mode", "leader-selected"]);
  await pair.start();
  await pair.makeReports("later", 100);
  await pair.sendReports("later");
  const release = await pair.collect("later");
  expect(release.reports).toBeGreaterThanOrEqual(50);
  expect(release.sums.reduce((sum, value) => sum + value)).toBe(release.reports);
});

it("waits for enough reports, and tells the collector so", { timeout: 120_000 }, async () => {
  pair = await AggregatorPair.create();
  await pair.addTask("few", [...kPopularity, ...kWithoutNoise, "--minimum", "50"]);
  await pair.start();
  await pair.makeReports("few", 60);
  await pair.sendReports("few", { from: 0, to: 30 });
  await expect(pair.collect("few", { wait: 1 })).rejects.toThrow("the batch is not ready");
  await pair.sendReports("few");
  expect((await pair.collect("few")).reports).toBe(60);
});

it("goes on when the helper was away", { timeout: 120_000 }, async () => {
  pair = await AggregatorPair.create();
  await pair.addTask("away", [...kPopularity, ...kWithoutNoise, "--minimum", "50"]);
  await pair.start();
  await pair.makeReports("away", 100);
  await pair.helper.stop();
  await pair.sendReports("away");
  await pair.helper.start();
  expect((await pair.collect("away")).reports).toBe(100);
});

it("answers strangers with the right status", { timeout: 120_000 }, async () => {
  pair = await AggregatorPair.create();
  await pair.addTask("strange", [...kPopularity, ...kWithoutNoise, "--minimum", "5"]);
  await pair.start();
  const [name] = /[\w-]{43}/.exec(
    (await fetch(`${pair.leader.url}/dap/tasks/${"A".repeat(43)}/reports`, { method: "POST" }).then((r) => r.text())) ??
      "",
  );
  expect(name).toBe("A".repeat(43));
  const ask = async (server, method, path, headers = {}, body = undefined) => {
    const answer = await fetch(`${server.url}/dap${path}`, { method, headers, body });
    return { status: answer.status, type: answer.headers.get("content-type"), text: await answer.text() };
  };
  const keys = await fetch(`${pair.helper.url}/dap/hpke_config`);
  expect(keys.headers.get("content-type")).toBe("application/ppm-dap;message=hpke-config-list");
  expect(keys.headers.get("cache-control")).toMatch(/max-age=\d+/);
  const unknown = await ask(pair.leader, "POST", `/tasks/${"A".repeat(43)}/reports`, {
    "content-type": "application/ppm-dap;message=upload-req",
  });
  expect(unknown).toMatchObject({ status: 404, type: "application/problem+json" });
  expect(JSON.parse(unknown.text)).toMatchObject({
    type: "urn:ietf:params:ppm:dap:error:unrecognizedTask",
    taskid: "A".repeat(43),
  });
  // The body of somebody without a token is not even read.
  const task = /DAP task id +(\S+)/;
  expect(task).toBeDefined();
  for (const path of ["aggregation_jobs", "aggregate_shares"]) {
    const answer = await ask(
      pair.helper,
      "POST",
      `/tasks/${await pair.taskName("strange")}/${path}`,
      {},
      new Uint8Array(100_000),
    );
    expect(answer.status).toBe(401);
  }
  expect((await ask(pair.leader, "POST", `/tasks/${await pair.taskName("strange")}/collection_jobs`)).status).toBe(401);
  expect((await ask(pair.leader, "PUT", `/tasks/${await pair.taskName("strange")}/reports`)).status).toBe(405);
});
