// Aggregators on PostgreSQL, where several processes share a database and the database may go away. Without PostgreSQL
// on this machine these tests are skipped.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AggregatorPair } from "./support/aggregators.mjs";
import { Gateway } from "./support/gateway.mjs";
import { kPopularity, sumsOf, until } from "./support/popularity.mjs";
import { PostgresqlCluster } from "./support/postgresql.mjs";

if (!PostgresqlCluster.isInstalled()) console.warn("PostgreSQL is not installed: its tests are skipped");

describe.runIf(PostgresqlCluster.isInstalled())("on PostgreSQL", () => {
  let postgresql;
  let pair;
  let others;
  beforeEach(async () => {
    postgresql = await new PostgresqlCluster().start();
    others = [];
  });
  afterEach(async () => {
    postgresql.thaw(); // a server that waits for it does not stop
    for (const other of others) await (other.stop ?? other.close).call(other);
    await pair?.dispose();
    await postgresql.dispose();
    pair = undefined;
  });

  /** A pair on the two databases. */
  const create = async () =>
    AggregatorPair.create({
      leader: { storage: postgresql.where("leader") },
      helper: { storage: postgresql.where("helper") },
    });

  it("two leaders and two helpers count once, though one of each is killed", { timeout: 120_000 }, async () => {
    const count = 600;
    pair = await create();
    const gateways = {};
    for (const role of ["leader", "helper"]) {
      gateways[role] = await (await Gateway.create([pair[role]])).listen();
      others.push(gateways[role]);
      pair[role].publicUrl = gateways[role].url;
    }
    await pair.addTask("task", [...kPopularity, "--minimum", String(count)]);
    // The leader that is killed takes reports and answers the collector, but has no job: a dead process's jobs are
    // left to it for two minutes.
    const hasNoJob = { jobWaitSeconds: 3_600, aggregator: "job_reports = 1000" };
    const leader = await pair.twin("leader", { storage: postgresql.where("leader"), ...hasNoJob });
    const helper = await pair.twin("helper", { storage: postgresql.where("helper") });
    await pair.start();
    for (const [role, twin] of Object.entries({ leader, helper })) {
      await twin.start();
      others.push(twin);
      gateways[role].servers.push(twin);
    }
    await pair.makeReports("task", count);

    // The same reports to both leaders at once: one of the two stores each.
    const lengths = await Promise.all(
      pair
        .reports("task")
        .slice(0, 50)
        .map(async (body) => {
          const answers = await Promise.all([pair.upload("task", body), pair.upload("task", body)]);
          expect(answers.map(({ status }) => status)).toEqual([200, 200]);
          return Promise.all(answers.map(async (answer) => (await answer.arrayBuffer()).byteLength));
        }),
    );
    for (const two of lengths) expect(two.filter((length) => length === 0)).toHaveLength(1); // the other: known

    const uploads = (server) => server.metric('sotto_dap_uploads_total{outcome="accepted"}');
    const sending = pair.sendReports("task");
    await until(async () => (await uploads(leader)) > 100, "reports arrive at the second leader");
    expect(await uploads(pair.leader)).toBeGreaterThan(0);
    await leader.stop("SIGKILL");
    expect((await sending).refused).toBe(0);
    const counted = () => helper.metric('sotto_dap_reports_total{outcome="aggregated",role="helper"}');
    const sendAll = async () => {
      await pair.sendReports("task");
      return pair.acknowledged("task").every(Boolean);
    };
    await until(async () => (await counted()) > 0, "the second helper counts");
    await helper.stop("SIGKILL");
    await until(sendAll, "all are acknowledged");
    const release = await pair.collect("task");
    expect(release).toMatchObject({ reports: count, sums: sumsOf(count) });
    for (const twin of [leader, helper]) expect(await twin.exited).toEqual({ code: null, signal: "SIGKILL" });

    // Both are welcome back, and say the same.
    for (const twin of [leader, helper]) await twin.start();
    for (let i = 0; i < 2; i++) expect(await pair.collect("task")).toEqual(release);
  });

  it.runIf(process.env.SOTTO_LONG_TESTS)(
    "a leader takes over the job of one that was killed in it and is not back",
    { timeout: 300_000 },
    async () => {
      const count = 40;
      pair = await create();
      const gateway = await (await Gateway.create([pair.leader])).listen();
      others.push(gateway);
      pair.leader.publicUrl = gateway.url;
      await pair.addTask("task", [...kPopularity, "--minimum", String(count)]);
      pair.leader.env = { SOTTO_FAILPOINTS: "aggregation_jobs:after" }; // the helper has counted, the leader has not
      await pair.start();
      await pair.makeReports("task", count);
      await pair.sendReports("task");
      expect(await pair.leader.exited).toEqual({ code: null, signal: "SIGKILL" });
      const twin = await (await pair.twin("leader", { storage: postgresql.where("leader") })).start();
      others.push(twin);
      gateway.servers = [twin];
      await until(async () => {
        await pair.sendReports("task");
        return pair.acknowledged("task").every(Boolean);
      }, "all are acknowledged");
      // Two minutes, for which the job was lent.
      expect(await pair.collect("task", { wait: 240 })).toMatchObject({ reports: count, sums: sumsOf(count) });
    },
  );

  it("a database that is gone: 503, and the same reports again when it is back", { timeout: 120_000 }, async () => {
    const count = 60;
    pair = await create();
    await pair.addTask("task", [...kPopularity, "--minimum", String(count)]);
    await pair.start();
    await pair.makeReports("task", count);
    await pair.sendReports("task", { from: 0, to: 20 });
    const reports = pair.reports("task");

    await postgresql.stop();
    for (const body of [reports[0], reports[20], reports[21]]) {
      const refused = await pair.upload("task", body);
      expect(refused.status).toBe(503);
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(refused.headers.get("content-type")).toBe("application/problem+json");
      expect(await refused.json()).toMatchObject({ status: 503, code: "UNAVAILABLE" });
    }
    expect(await pair.sendReports("task")).toMatchObject({ accepted: 0, refused: 0, busy: 40, unanswered: 0 });
    // What the other aggregator and the collector ask for comes later as well.
    await expect(pair.collect("task", { wait: 1 })).rejects.toThrow("the batch is not ready");
    for (const server of [pair.leader, pair.helper]) {
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
      expect(server.running).toBe(true);
    }
    expect(pair.leader.log).toMatch(/uploads not stored error=/);
    expect(await pair.leader.metric("sotto_dap_commit_failures_total")).toBeGreaterThan(0);
    // Nobody should be sent here now.
    const ready = async (server) => (await fetch(`${server.url}/readyz`)).status;
    await until(async () => (await ready(pair.leader)) === 503 && (await ready(pair.helper)) === 503, "both say so");

    await postgresql.start();
    await until(async () => (await pair.upload("task", reports[20])).status === 200, "the database is found again");
    await until(async () => (await ready(pair.leader)) === 200 && (await ready(pair.helper)) === 200, "both say so");
    expect(await pair.sendReports("task")).toMatchObject({ accepted: 39, replayed: 1, refused: 0, busy: 0 });
    expect(await pair.collect("task")).toMatchObject({ reports: count, sums: sumsOf(count) });
  });

  it("a database that does not answer: 503, and counted once when it does again", { timeout: 120_000 }, async () => {
    const count = 40;
    pair = await AggregatorPair.create({
      leader: { storage: postgresql.where("leader"), limits: "request_seconds = 1.0" },
    });
    await pair.addTask("task", [...kPopularity, "--minimum", String(count)]);
    await pair.start();
    await pair.makeReports("task", count);
    await pair.sendReports("task", { from: 0, to: 20 });

    postgresql.freeze();
    const refused = await pair.upload("task", pair.reports("task")[20]);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
    expect((await fetch(`${pair.leader.url}/healthz`)).status).toBe(200);
    postgresql.thaw();

    // Perhaps it was stored all the same; nobody can say by the 503.
    const sent = await pair.sendReports("task");
    expect(sent).toMatchObject({ refused: 0, busy: 0, unanswered: 0 });
    expect(sent.accepted + sent.replayed).toBe(20);
    expect(await pair.collect("task")).toMatchObject({ reports: count, sums: sumsOf(count) });
  });
});
