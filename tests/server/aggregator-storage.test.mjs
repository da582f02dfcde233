// Aggregators on PostgreSQL, where several processes share a database. Without PostgreSQL
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
});
