// Mutual TLS between leader and helper, with a gateway in front of the helper as nginx would be.
import { afterEach, describe, expect, it } from "vitest";
import { AggregatorPair } from "./support/aggregators.mjs";
import { Authority } from "./support/certificates.mjs";
import { Gateway, kManners } from "./support/gateway.mjs";
import { kPopularity, sumsOf, until } from "./support/popularity.mjs";

const kCount = 40;
const kHost = "localhost";
let pair;
let gateway;
afterEach(async () => {
  await gateway?.close();
  await pair?.dispose();
  pair = gateway = undefined;
});

const shows = ({ certificate, privateKey }) => `certificate = "${certificate}"\nprivate_key = "${privateKey}"`;
const trusts = ({ root }) => `authorities = "${root.certificate}"`;

/** The leader's lines of [aggregator], and the gateway's options, that are right. */
function makeRight() {
  const leaders = new Authority(pair.folder, "leaders-authority");
  const helpers = new Authority(pair.folder, "helpers-authority");
  const leader = leaders.issue("leader");
  const helper = helpers.issue("helper", kHost);
  const demands = { requestCert: true, rejectUnauthorized: true, ca: leaders.root.tls.cert };
  return {
    ...{ leaders, helpers, helper, demands },
    aggregator: `${trusts(helpers)}\n${shows(leader)}`,
    tls: { ...helper.tls, ...demands },
  };
}

/** A pair with reports that are made but not sent. */
async function begin(wrong = () => ({})) {
  pair = await AggregatorPair.create();
  const right = makeRight();
  const { aggregator, tls } = { ...right, ...wrong(right) };
  gateway = await Gateway.create([pair.helper], { host: kHost, scheme: "https" });
  pair.helper.publicUrl = gateway.url;
  await pair.addTask("task", [...kPopularity, "--minimum", String(kCount)]);
  pair.leader.configure({ aggregator });
  await pair.start();
  // Devices have no certificate: their keys come through a gateway that asks for none.
  await gateway.listen(right.helper.tls);
  await pair.makeReports("task", kCount, { authorities: right.helpers.root.certificate });
  await gateway.close();
  await gateway.listen(tls);
  gateway.asked = [];
  gateway.passed = 0;
  return right;
}

const retried = () => pair.leader.metric('sotto_dap_aggregation_jobs_total{outcome="retried",role="leader"}');

it("aggregates and collects with the right certificates", { timeout: 60_000 }, async () => {
  await begin();
  await pair.sendReports("task");
  expect(await pair.collect("task")).toMatchObject({ reports: kCount, sums: sumsOf(kCount) });
  expect(gateway.asked.some(({ url }) => url.includes("aggregation_jobs"))).toBe(true);
  expect(gateway.asked.some(({ url }) => url.includes("aggregate_shares"))).toBe(true);
});

describe("sends nothing, and counts once after it was mended", () => {
  const leaderIsWrong = {
    "without a certificate": ({ helpers }) => ({ aggregator: trusts(helpers) }),
    "with a certificate of an authority that the helper does not know": ({ helpers }) => {
      const strangers = new Authority(pair.folder, "strangers");
      return { aggregator: `${trusts(helpers)}\n${shows(strangers.issue("leader"))}` };
    },
    "that trusts the system's authorities alone": ({ aggregator }) => ({
      aggregator: aggregator.replace(/authorities.*\n/, ""),
    }),
  };
  const helperIsWrong = {
    "whose certificate is of an authority that the leader does not know": ({ demands }) => {
      const strangers = new Authority(pair.folder, "strangers");
      return { tls: { ...strangers.issue("helper", kHost).tls, ...demands } };
    },
    "whose certificate is another host's": ({ helpers, demands }) => ({
      tls: { ...helpers.issue("other", "helper.example").tls, ...demands },
    }),
  };

  /** With reports that wait, the leader tries, fails and goes on. */
  async function failToSend() {
    expect(await pair.sendReports("task")).toMatchObject({ accepted: kCount });
    await until(async () => (await retried()) >= 2, "the leader tried twice");
    await expect(pair.collect("task", { wait: 1 })).rejects.toThrow("the batch is not ready");
    expect((await fetch(`${pair.leader.url}/healthz`)).status).toBe(200);
    expect(pair.leader.running).toBe(true);
    expect(gateway.passed).toBe(0);
    // Its operator is told whom it did not reach.
    expect(pair.leader.log).toMatch(new RegExp(`warning .*${gateway.url}/dap/`));
  }

  it.each(Object.entries(leaderIsWrong))("a leader %s", { timeout: 60_000 }, async (_, wrong) => {
    const { aggregator } = await begin(wrong);
    await failToSend();
    await pair.leader.stop();
    pair.leader.configure({ aggregator });
    await pair.leader.start();
    expect(await pair.collect("task")).toMatchObject({ reports: kCount, sums: sumsOf(kCount) });
  });

  it("a leader without a certificate, which nginx asks for where deploy/nginx.conf does", async () => {
    const { tls, aggregator } = await begin(({ helpers }) => ({ aggregator: trusts(helpers) }));
    await gateway.close();
    await gateway.listen({ ...tls, rejectUnauthorized: false });
    gateway.manner = ({ url, authorized }) =>
      /aggregation_jobs|aggregate_shares/.test(url) && !authorized ? kManners["a page that is forbidden"] : undefined;
    await failToSend();
    await pair.leader.stop();
    pair.leader.configure({ aggregator });
    await pair.leader.start();
    expect(await pair.collect("task")).toMatchObject({ reports: kCount, sums: sumsOf(kCount) });
  });

  it.each(Object.entries(helperIsWrong))("a helper %s", { timeout: 60_000 }, async (_, wrong) => {
    const { tls } = await begin(wrong);
    await failToSend();
    expect(pair.leader.log).toContain("certificate verify failed"); // and why
    await gateway.close();
    await gateway.listen(tls);
    expect(await pair.collect("task")).toMatchObject({ reports: kCount, sums: sumsOf(kCount) });
  });
});
