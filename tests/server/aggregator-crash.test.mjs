// Two real aggregators that are killed: at every place where it could matter, and at random while reports arrive. What
// was acknowledged is in the collector's sums exactly once.
//   SOTTO_KILL_ROUNDS=300 SOTTO_KILL_REPORTS=100000    how often at random, and during how many reports
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { AggregatorPair } from "./support/aggregators.mjs";
import { kPopularity, sumsOf } from "./support/popularity.mjs";
import { PostgresqlCluster } from "./support/postgresql.mjs";

const kRounds = Number(process.env.SOTTO_KILL_ROUNDS ?? 4);
const kReports = Number(process.env.SOTTO_KILL_REPORTS ?? 1_000);
/** Milliseconds after which the server has counted anew what its storage holds. */
const kMeasurePeriod = 5_500;

let pair;
let postgresql;
afterEach(async () => {
  await pair?.dispose();
  await postgresql?.dispose();
  pair = postgresql = undefined;
});

/** Repeats what may fail while a server is away. */
async function untilDone(work, seconds = 240) {
  for (const end = Date.now() + seconds * 1000; ; ) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(50);
    }
  }
}

/** Sends until all of `count` reports are acknowledged. */
async function sendAll(id, count) {
  await untilDone(async () => {
    const sent = await pair.sendReports(id, { connections: 4 });
    expect(sent.refused).toBe(0);
    if (pair.acknowledged(id).filter(Boolean).length < count) throw new Error("not all are acknowledged");
  });
}

describe("killed at a place", () => {
  const places = {
    leader: [
      ...["AppendReports:before", "AppendReports:after", "LeaseAggregationJob:after"],
      ...["aggregation_jobs:before", "aggregation_jobs:after"],
      ...["FinishAggregationJob:before", "FinishAggregationJob:inside", "FinishAggregationJob:after"],
      ...["CreateCollectionJob:before", "CreateCollectionJob:after", "LeaseCollectionJob:after"],
      ...["FreezeBatch:before", "FreezeBatch:after", "aggregate_shares:before", "aggregate_shares:after"],
      ...["FinishCollectionJob:before", "FinishCollectionJob:inside", "FinishCollectionJob:after"],
    ],
    helper: [
      ...["CommitHelperJob:before", "CommitHelperJob:inside", "CommitHelperJob:after"],
      ...["ReleaseShare:before", "ReleaseShare:inside", "ReleaseShare:after"],
    ],
    // of one that answers later
    asynchronous: [
      ...["AcceptHelperJob:before", "AcceptHelperJob:after", "LeaseHelperJob:after"],
      ...["CommitHelperJob:before", "CommitHelperJob:inside", "CommitHelperJob:after"],
    ],
  };
  for (const [kind, list] of Object.entries(places)) {
    it(`${kind}: everything goes on and counts once`, { timeout: 600_000 }, async () => {
      const count = 40;
      const role = kind === "leader" ? "leader" : "helper";
      pair = await AggregatorPair.create(
        kind === "asynchronous" ? { helper: { aggregator: "asynchronous = true" } } : {},
      );
      for (const i of list.keys()) await pair.addTask(`task${i}`, [...kPopularity, "--minimum", String(count)]);
      await pair.start();
      for (const [i, place] of list.entries()) {
        const id = `task${i}`;
        await pair.makeReports(id, count, { seed: i + 1 });
        const victim = pair[role];
        await victim.stop();
        victim.env = { SOTTO_FAILPOINTS: place };
        await victim.start();
        victim.env = {};
        const reborn = victim.exited.then(async ({ signal }) => {
          expect(signal).toBe("SIGKILL");
          await victim.start();
        });
        await sendAll(id, count);
        const collecting = untilDone(() => pair.collect(id));
        // If it never got to the place, this fails by its time.
        await Promise.race([reborn, sleep(60_000).then(() => Promise.reject(new Error(`${place} was not reached`)))]);
        const release = await collecting;
        expect(release, place).toMatchObject({ reports: count, sums: sumsOf(count) });
        expect(await pair.collect(id), place).toEqual(release);
      }
    });
  }
});

describe("killed at random", () => {
  /** Sends reports while `kill` is called again and again; then everything is collected and compared. */
  async function survive(kill) {
    await pair.addTask("task", [...kPopularity, "--minimum", "100"]);
    await pair.start();
    await pair.makeReports("task", kReports);
    const tally = { unanswered: 0, busy: 0, replayed: 0 };
    // Each kill comes while a share of the reports is sent, at a random moment of the time that it usually takes.
    let usual = 300;
    for (let round = 0; round < kRounds; round++) {
      const begun = Date.now();
      const to = Math.ceil(((round + 1) * kReports) / kRounds);
      const sending = pair.sendReports("task", { connections: 16, from: 0, to }).then((result) => {
        if (result.unanswered + result.busy === 0) usual = Date.now() - begun;
        return result;
      });
      await sleep(Math.random() * usual);
      await kill(round);
      const result = await sending;
      expect(result.refused).toBe(0);
      for (const name of Object.keys(tally)) tally[name] += result[name];
    }
    await sendAll("task", kReports);
    // A collection does not wait for ever for reports that are still in a dead process's job.
    const stored = (what) => pair.leader.metric(`sotto_dap_stored{what="${what}"}`);
    for (let quiet = 0; quiet < 2; await sleep(kMeasurePeriod)) {
      quiet = (await stored("reports")) + (await stored("jobs")) === 0 ? quiet + 1 : 0;
    }
    const release = await untilDone(() => pair.collect("task", { wait: 60 }), 600);
    expect(release.reports).toBe(kReports);
    expect(release.sums).toEqual(sumsOf(kReports));
    console.log(
      `${kRounds} kills while ${kReports} reports arrived, each counted once: ${tally.unanswered} requests were cut off, ` +
        `${tally.replayed} of their reports had been stored; ${tally.busy} were told to come again`,
    );
  }

  const killServer = async (server) => {
    await server.stop("SIGKILL");
    await server.start();
  };

  it("leader and helper on SQLite", { timeout: 7_200_000 }, async () => {
    pair = await AggregatorPair.create();
    await survive((round) => killServer(round % 2 === 0 ? pair.leader : pair.helper));
  });

  it.runIf(PostgresqlCluster.isInstalled())(
    "leader, helper and PostgreSQL itself",
    { timeout: 7_200_000 },
    async () => {
      postgresql = await new PostgresqlCluster().start();
      pair = await AggregatorPair.create({
        leader: { storage: postgresql.where("leader") },
        helper: { storage: postgresql.where("helper") },
      });
      await survive(async (round) => {
        if (round % 3 === 0) {
          await postgresql.kill();
          await postgresql.start();
        } else {
          await killServer(round % 3 === 1 ? pair.leader : pair.helper);
        }
      });
    },
  );
});
