// Nothing that says who sent something is kept: valid requests carry marks wherever a client can put one, then every
// byte that the servers wrote is searched for them.
import { afterEach, describe, expect, it } from "vitest";
import { AggregatorPair } from "./support/aggregators.mjs";
import { Gateway } from "./support/gateway.mjs";
import { kPopularity, sumsOf } from "./support/popularity.mjs";
import { PostgresqlCluster } from "./support/postgresql.mjs";
import { TestServer } from "./support/server.mjs";
import { filesOf, networkOf, whereIs } from "./support/traces.mjs";
import { makeUpdates } from "./support/updates.mjs";

const kServer = 'log_level = "trace"\ntrusted_proxies = ["127.0.0.1"]';
const kMarks = {
  agent: "planted-agent-7d1f",
  cookie: "planted-cookie-93ac",
  referrer: "planted-referrer-b60e",
  authorization: "planted-authorization-18f4",
  query: "planted-query-5ce2",
  ipv4: "203.0.113.177",
  refused: "198.51.100.177",
  ipv6: "2001:db8:7d1f:b60e:93ac:18f4:5ce2:0177",
};

/** Headers of a client behind a proxy. */
const marked = (address) => ({
  "user-agent": kMarks.agent,
  cookie: `session=${kMarks.cookie}`,
  referer: `https://${kMarks.referrer}.example/`,
  "x-forwarded-for": address,
  "x-real-ip": address,
  forwarded: `for="[${address}]"`,
});

/** No mark in any text. */
function expectNoMark(texts) {
  for (const mark of [...Object.values(kMarks), networkOf(kMarks.ipv6)]) expect(whereIs(mark, texts)).toEqual([]);
  // Addresses as they are shortened.
  for (const mark of ["2001:db8:7d1f:b60e", "203.0.113.", "198.51.100."]) expect(whereIs(mark, texts)).toEqual([]);
}

describe("two aggregators", () => {
  let pair;
  let gateway;
  let postgresql;
  afterEach(async () => {
    await gateway?.close();
    await pair?.dispose();
    await postgresql?.dispose();
    pair = gateway = postgresql = undefined;
  });

  /** From upload to collection through a proxy, all requests marked; `texts()`: what the databases hold besides files. */
  async function keepNothing(storage, texts) {
    const count = 40;
    const options = (role) => ({ server: kServer, reportsPerMinute: count, storage: storage(role) });
    pair = await AggregatorPair.create({ leader: options("leader"), helper: options("helper") });
    gateway = await (await Gateway.create([pair.leader])).listen();
    pair.leader.publicUrl = gateway.url;
    await pair.addTask("task", [...kPopularity, "--minimum", String(2 * count)]);
    await pair.start();
    await pair.makeReports("task", 2 * count + 1);

    // The address counts, so it was read: the next report from it is one too many.
    for (const [i, address] of [kMarks.ipv4, kMarks.ipv6].entries()) {
      gateway.headers = () => ({ ...marked(address), authorization: `Bearer ${kMarks.authorization}` });
      const sent = await pair.sendReports("task", { from: i * count, to: (i + 1) * count });
      expect(sent).toMatchObject({ accepted: count, busy: 0, refused: 0 });
      const last = pair.reports("task").at(-1);
      expect((await pair.upload("task", last)).status).toBe(429);
    }
    // What is refused is not kept either.
    const name = await pair.taskName("task");
    for (const path of [`${name}/reports`, `${kMarks.agent}/reports`]) {
      const headers = { ...marked(kMarks.refused), "content-type": kMarks.agent };
      const url = `${pair.leader.url}/dap/tasks/${path}?x=${kMarks.query}`;
      expect((await fetch(url, { method: "POST", headers, body: kMarks.agent })).ok).toBe(false);
    }
    gateway.headers = () => marked(kMarks.ipv6);
    expect(await pair.collect("task")).toMatchObject({ reports: 2 * count, sums: sumsOf(2 * count) });
    // A key of the leader's, asked for by a device.
    await fetch(`${gateway.url}/dap/hpke_config?x=${kMarks.query}`);

    const kept = () => ({
      ...Object.fromEntries([pair.leader, pair.helper].map(({ folder, log }) => [`what ${folder} said`, log])),
      ...filesOf(pair.leader.folder),
      ...filesOf(pair.helper.folder),
      ...texts(),
    });
    const running = kept(); // the write-ahead log as it is
    await pair.leader.stop();
    await pair.helper.stop();
    const reportId = pair.reports("task")[0].subarray(0, 16);
    const token = pair.collectorToken("task");
    for (const all of [running, kept()]) {
      expectNoMark(all);
      expect(whereIs(token, all)).toEqual([]);
      // What is kept is found: the request in the log, ids of counted reports on both sides.
      expect(whereIs("request route=", all).length).toBe(2);
      expect(whereIs(reportId, all).length).toBeGreaterThanOrEqual(2);
    }
  }

  it("on SQLite", { timeout: 60_000 }, () =>
    keepNothing(
      () => "sqlite:aggregator.sqlite",
      () => ({}),
    ),
  );

  it.runIf(PostgresqlCluster.isInstalled())("on PostgreSQL", { timeout: 60_000 }, async () => {
    postgresql = await new PostgresqlCluster().start();
    await keepNothing(postgresql.where, () => ({
      leader: postgresql.dump("leader"),
      helper: postgresql.dump("helper"),
      "PostgreSQL's log": postgresql.log,
    }));
  });
});

it("one server under local trust", { timeout: 60_000 }, async () => {
  const count = 20;
  const server = await new TestServer({ server: kServer, updatesPerMinute: count }).start();
  const updates = makeUpdates(2 * count + 1);
  const put = async ({ id, bytes }, address) => {
    const headers = {
      ...marked(address),
      authorization: `Bearer ${kMarks.authorization}`,
      "content-type": "application/octet-stream",
    };
    const url = `${server.url}/v1/tasks/affinity-1/updates/${id}?x=${kMarks.query}`;
    return (await fetch(url, { method: "PUT", headers, body: bytes })).status;
  };
  for (const [i, address] of [kMarks.ipv4, kMarks.ipv6].entries()) {
    for (const update of updates.slice(i * count, (i + 1) * count)) expect(await put(update, address)).toBe(201);
    expect(await put(updates.at(-1), address)).toBe(429);
  }
  const kept = () => ({ log: server.log, ...filesOf(server.folder) });
  const running = kept();
  await server.stop();
  for (const all of [running, kept()]) {
    expectNoMark(all);
    expect(whereIs("request route=", all)).toEqual(["log"]);
    expect(whereIs(updates[0].id, all).length).toBeGreaterThan(0);
  }
  await server.dispose();
});
