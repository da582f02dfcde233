// The contributor by itself: retries that run out, sessions that end, tabs that race, contributions nobody asked for.
import type { LedgerEntry, SottoError, TaskReference } from "@sotto/live";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ConsentSwitch } from "../../sdk/ts/src/federation/consent.js";
import type { Contributor, ContributorParts } from "../../sdk/ts/src/federation/contributor.js";
import { publicEntry } from "../../sdk/ts/src/federation/entry.js";
import type { OwnComment } from "../../sdk/ts/src/federation/measure.js";
import { MemoryStorage } from "../../sdk/ts/src/storage/memory.js";
import type { StoredEntry } from "../../sdk/ts/src/storage/storage.js";
import { contributorWith, federation } from "./support/contributor.js";
import { FakeServer } from "./support/fake-server.js";
import { manifest, task } from "./support/session.js";
import { affinity, head, helper, leader, mood, popularity } from "./support/split.js";

const path = /\/updates\//;
let server: FakeServer;
let storage: MemoryStorage;
let entries: LedgerEntry[];
let problems: SottoError[];

beforeEach(async () => {
  server = await FakeServer.start();
  storage = new MemoryStorage();
  entries = [];
  problems = [];
  wrote = [];
  programmeTime = undefined;
  tuned = undefined;
});

afterEach(() => server.close());

/** The engine judges every comment so. */
const verdict = { sentiment: { label: "positive" }, intent: { label: "praise" } };
let tuned: { version: string; change: Float32Array } | undefined;
const client = {
  call: async (name: string) => (name === "classify" ? [verdict] : tuned),
} as unknown as ContributorParts["client"];

let wrote: OwnComment[] = [];
let programmeTime: number | undefined;

function contributor(parts: Partial<ContributorParts> = {}): Contributor {
  return contributorWith({
    client,
    wrote: () => wrote,
    programmeTime: () => programmeTime,
    storage,
    manifest: () => ({ ...manifest, tasks: [{ ...task, url: `${server.origin}/updates` }] }) as never,
    changed: (entry) => entries.push(publicEntry(entry)),
    failed: (error) => problems.push(error as SottoError),
    ...parts,
  });
}

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
};

it("gives up for now when the tries are used up, and a later session goes on with the same id", async () => {
  server.on("PUT", path, { status: 503 });
  const [failed] = await contributor().contribute();
  expect(failed).toMatchObject({ state: "failed", status: 503, attempts: 3, error: { code: "HTTP_STATUS" } });
  server.on("PUT", path, { status: 201 });
  await contributor().resume();
  const [entry] = await storage.entries();
  expect(entry).toMatchObject({ id: failed?.id, state: "accepted", attempts: 4 });
  expect(new Set(server.requests("PUT").map((request) => request.path)).size).toBe(1);
  expect(new Set(server.requests("PUT").map((request) => request.body.toString("hex"))).size).toBe(1);
});

it("sends nothing more after the task's end", async () => {
  server.on("PUT", path, { status: 503 });
  await contributor({ attempts: 1 }).contribute();
  const [failed] = await storage.entries();
  expect(failed).toMatchObject({ state: "failed", expires: Date.parse(task.expires) });
  await storage.updateEntry({ ...(failed as StoredEntry), expires: Date.now() });
  await contributor().resume();
  const [entry] = await storage.entries();
  expect(entry).toMatchObject({ state: "refused", attempts: 1, error: { code: "EXPIRED" } });
  expect(server.requests("PUT")).toHaveLength(1);
});

it("tells a server that cannot be reached as UNAVAILABLE, naming the address", async () => {
  const { origin } = server;
  await server.close();
  const [entry] = await contributor({
    manifest: () => ({ ...manifest, tasks: [{ ...task, url: `${origin}/updates` }] }) as never,
  }).contribute();
  expect(entry).toMatchObject({ state: "failed", status: 0, error: { code: "UNAVAILABLE" } });
  expect(entry?.error?.message).toContain(origin);
  server = await FakeServer.start();
});

it("does not resume without consent, nor what is settled", async () => {
  server.on("PUT", path, { status: 201 });
  await contributor().contribute();
  await contributor().resume();
  await contributor({ consent: new ConsentSwitch("ask", () => {}) }).resume();
  expect(server.requests("PUT")).toHaveLength(1);
});

it("does nothing by itself where only ledger.contribute() may", async () => {
  server.on("PUT", path, { status: 503 });
  const manual = contributor({ automatic: false });
  await manual.contribute();
  server.on("PUT", path, { status: 201 });
  const sent = server.requests("PUT").length;
  await manual.resume();
  await manual.contributeSoon();
  expect(server.requests("PUT")).toHaveLength(sent);
});

it("contributes by itself, once", async () => {
  server.on("PUT", path, { status: 201 });
  const automatic = contributor();
  await Promise.all([automatic.contributeSoon(), automatic.contributeSoon()]);
  await automatic.contributeSoon();
  expect(server.requests("PUT")).toHaveLength(1);
  expect(entries.at(-1)?.state).toBe("accepted");
});

it("contributes at the moment that was drawn, however often it is reminded, and as many bytes with no product", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const sizes: number[] = [];
  for (const engaged of [new Set<string>(), new Set(["p01", "p02", "p03", "p04", "p05"])]) {
    storage = new MemoryStorage();
    entries = [];
    const fetch = vi.fn(async () => new Response(null, { status: 201 }));
    const automatic = contributor({ delay: 60_000, random: () => 0.5, engaged: () => engaged, fetch });
    const soon = automatic.contributeSoon();
    for (let second = 0; second < 29; second++) {
      await vi.advanceTimersByTimeAsync(1000);
      void automatic.contributeSoon();
    }
    await vi.advanceTimersByTimeAsync(999);
    expect(entries).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await soon;
    expect(fetch).toHaveBeenCalledOnce();
    sizes.push(entries[0]?.bytes.length ?? 0);
  }
  vi.useRealTimers();
  expect(sizes[0]).toBeGreaterThan(0);
  expect(sizes[1]).toBe(sizes[0]);
});

it("says why a task is ruled out", async () => {
  await contributor({ limitMicroRho: 10 }).contributeSoon();
  expect(problems.map(({ code }) => code)).toEqual(["BUDGET_EXCEEDED"]);
});

it("contributes after all when consent was withdrawn in the middle and given again", async () => {
  server.on("PUT", path, { status: 201 });
  const consent = new ConsentSwitch("granted", () => {});
  const withdrawing = {
    ...federation,
    call: (name: string, request: never) => {
      if (name === "makeUpdate") consent.deny();
      return federation.call(name as never, request);
    },
  } as NonNullable<ContributorParts["federation"]>;
  const parts = { consent, federation: withdrawing };
  const automatic = contributor(parts);
  await automatic.contributeSoon();
  expect(server.requests("PUT")).toHaveLength(0);
  parts.federation.call = federation.call;
  consent.grant();
  await automatic.contributeSoon();
  expect(server.requests("PUT")).toHaveLength(1);
  expect(problems).toEqual([]);
});

it("begins nothing once it has ended, not even what was on its way to begin", async () => {
  const asked = vi.fn(() => {
    throw new Error("the session is gone");
  });
  const ending = contributor({ manifest: asked });
  const soon = ending.contributeSoon();
  ending.end();
  await Promise.all([soon, ending.resume(), ending.contributeSoon()]);
  expect(asked).not.toHaveBeenCalled();
  expect(problems).toEqual([]);
});

it("contributes nothing where only a stand-in would remember it, and says so", async () => {
  storage = new MemoryStorage({ standIn: true });
  await contributor().contributeSoon();
  expect(problems.map(({ code }) => code)).toEqual(["UNAVAILABLE"]);
  await expect(contributor().contribute()).rejects.toMatchObject({ code: "UNAVAILABLE" });
  expect(await storage.entries()).toEqual([]);
  expect(server.requests("PUT")).toEqual([]);
});

it("takes over the entry of another tab that was faster", async () => {
  server.on("PUT", path, { status: 201 });
  const rival: StoredEntry = {
    task: task.id,
    stream: manifest.stream,
    id: "f".repeat(32),
    state: "accepted",
    bytes: new Uint8Array(8),
    items: task.items,
    url: `${server.origin}/updates/rival`,
    rho: 0.25,
    epsilon: 3,
    delta: 1e-5,
    at: 1,
    attempts: 1,
    status: 201,
    microRho: 250_000,
    expires: 4_000_000_000_000,
  };
  class Raced extends MemoryStorage {
    override async addEntry(entry: StoredEntry, spent: number): Promise<boolean> {
      if ((await this.entries()).length === 0) await super.addEntry(rival, 0);
      return super.addEntry(entry, spent);
    }
  }
  storage = new Raced();
  const [entry] = await contributor().contribute();
  expect(entry?.id).toBe(rival.id);
  expect(await storage.entries()).toHaveLength(1);
  expect(server.requests("PUT")).toHaveLength(0);
});

it("sends nothing more once the ledger was forgotten", async () => {
  server.on("PUT", path, { status: 503 });
  const sending = contributor({ backoff: { base: 50, cap: 50, random: () => 1 } });
  const pending = sending.contribute();
  await until(() => server.requests("PUT").length === 1);
  await storage.clear();
  const [entry] = await pending;
  expect(entry).toMatchObject({ state: "refused", attempts: 1 });
  await sending.resume();
  await sending.contributeSoon();
  expect(server.requests("PUT")).toHaveLength(1);
  expect(await storage.entries()).toEqual([entry]);
});

describe("a task under split trust", () => {
  const fetch = vi.fn(async (_url: unknown, _init?: unknown) => new Response(null, { status: 200 }));
  beforeEach(() => fetch.mockClear());
  const withTasks = (tasks: readonly TaskReference[], parts: Partial<ContributorParts> = {}) =>
    contributor({ manifest: () => ({ ...manifest, tasks }) as never, fetch, ...parts });

  it("makes an entry with all that a report is of, and sends its bytes alone", async () => {
    const [entry] = await withTasks([affinity]).contribute("affinity-2");
    expect(entry).toMatchObject({
      ...{ task: "affinity-2", trust: "split", kind: "affinity", epoch: 12, state: "accepted", attempts: 1 },
      ...{ rho: 0.05, microRho: 50_000, delta: 1e-5, items: affinity.items },
      url: expect.stringMatching(/^https:\/\/leader\.example\/tasks\/[\w-]{43}\/reports$/),
      budget: { limitRho: 1, beforeRho: 0, afterRho: 0.05 },
    });
    const report = entry?.report;
    expect(report).toMatchObject({
      oneOperator: false,
      leader: { operator: "leader", url: "https://leader.example", configId: 7 },
      helper: { operator: "helper", url: "https://helper.example", configId: 200 },
    });
    expect(entry?.id).toBe(Buffer.from(report?.nonce ?? []).toString("hex"));
    const sealed = Buffer.concat([report?.leader.ciphertext, report?.helper.ciphertext] as Uint8Array[]);
    expect(entry?.bytes.length).toBeGreaterThan(sealed.length);
    for (const share of [report?.leader, report?.helper]) {
      expect(Buffer.from(entry?.bytes ?? []).includes(Buffer.from(share?.ciphertext ?? []))).toBe(true);
      expect(Buffer.from(entry?.bytes ?? []).includes(Buffer.from(share?.plaintext.subarray(0, 32) ?? []))).toBe(false);
    }
    await withTasks([affinity]).resume();
    expect(fetch).toHaveBeenCalledOnce();
    expect(fetch.mock.calls[0]).toMatchObject([entry?.url, { method: "POST", body: entry?.bytes }]);
    expect(await storage.entries()).toHaveLength(1);
  });

  it("gets one report, however often it is asked for", async () => {
    const asked = withTasks([affinity]);
    const [first] = await asked.contribute();
    const [second] = await asked.contribute();
    await asked.contributeSoon();
    expect(second?.id).toBe(first?.id);
    expect(await storage.entries()).toHaveLength(1);
    expect(fetch).toHaveBeenCalledOnce();
  });

  it("gets one report in each of its epochs", async () => {
    await withTasks([affinity]).contribute();
    const [next] = await withTasks([{ ...affinity, epoch: 13 }]).contribute();
    expect(next?.epoch).toBe(13);
    expect(await storage.entries()).toHaveLength(2);
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it("leaves alone what an earlier version prepared, which nobody can open", async () => {
    await withTasks([affinity]).contribute();
    const [entry] = (await storage.entries()) as [StoredEntry];
    const { taskId: _, ...report } = entry.report as NonNullable<StoredEntry["report"]>;
    storage = new MemoryStorage();
    await storage.addEntry({ ...entry, state: "prepared", report: report as never }, 0);
    await withTasks([affinity]).resume();
    expect(await withTasks([affinity]).contribute()).toMatchObject([{ state: "prepared" }]);
    expect(fetch).toHaveBeenCalledOnce();
  });

  it("makes a preview without spending, storing, sending or consent, each time anew", async () => {
    const previewing = withTasks([affinity], { consent: new ConsentSwitch("ask", () => {}) });
    const first = await previewing.preview("affinity-2");
    const second = await previewing.preview("affinity-2");
    expect(first).toMatchObject({ state: "prepared", trust: "split", budget: { beforeRho: 0, afterRho: 0.05 } });
    expect(first).not.toHaveProperty("microRho");
    expect(second.id).not.toBe(first.id);
    expect(second.bytes.length).toBe(first.bytes.length);
    expect(await storage.entries()).toEqual([]);
    expect(entries).toEqual([]);
    expect(fetch).not.toHaveBeenCalled();
    await expect(previewing.contribute("affinity-2")).rejects.toMatchObject({ code: "CONSENT_REQUIRED" });
  });

  it("can be previewed as if nothing of it were paid, when it is", async () => {
    const tight = withTasks([affinity], { limitMicroRho: 50_000 });
    await tight.contribute("affinity-2");
    expect((await tight.preview("affinity-2")).budget).toEqual({ limitRho: 0.05, beforeRho: 0, afterRho: 0.05 });
  });

  it.each([
    ["another rho", { rho: 0.01 }, "MISMATCH"],
    ["a smaller epsilon", { epsilon: 0.5 }, "MISMATCH"],
    ["an end that is past", { expires: "2020-01-01T00:00:00Z" }, "EXPIRED"],
    ["more engaged products than it has", { maxItems: 25 }, "INVALID_ARGUMENT"],
  ])("with %s is refused, by preview as well", async (_, changed, code) => {
    const refusing = withTasks([{ ...affinity, ...changed }]);
    await expect(refusing.contribute("affinity-2")).rejects.toMatchObject({ code });
    await expect(refusing.preview("affinity-2")).rejects.toMatchObject({ code });
    expect(await storage.entries()).toEqual([]);
  });

  it.each([
    ["lifetime", { limitMicroRho: 49_999 }],
    ["release", { budget: { rho: 1, perContribution: 0.049 } }],
    ["epoch", { budget: { rho: 1, perEpoch: 0.079 } }],
  ])("is refused beyond the limit of the %s, which the error names", async (limit, parts) => {
    const refusing = withTasks([popularity, affinity], parts); // of the same epoch: 0.03 and 0.05
    await refusing.contribute("popular-1");
    await expect(refusing.contribute("affinity-2")).rejects.toMatchObject({
      code: "BUDGET_EXCEEDED",
      message: expect.stringContaining(limit),
    });
    await expect(refusing.preview("affinity-2")).rejects.toMatchObject({ code: "BUDGET_EXCEEDED" });
    expect(await storage.entries()).toHaveLength(1);
  });

  it("counts another epoch by itself", async () => {
    const two = withTasks([popularity, { ...affinity, epoch: 13 }], { budget: { rho: 1, perEpoch: 0.079 } });
    expect(await two.contribute()).toHaveLength(2);
  });

  it("shares the lifetime's budget with tasks under local trust", async () => {
    server.on("PUT", path, { status: 201 });
    const local = { ...task, url: `${server.origin}/updates` } as TaskReference;
    const both = withTasks([local, affinity], { limitMicroRho: 299_999, fetch: globalThis.fetch });
    await both.contribute(local.id);
    await expect(both.contribute("affinity-2")).rejects.toMatchObject({ code: "BUDGET_EXCEEDED" });
  });

  it("of a mood reports the last that the viewer wrote in its minute, once that is over", async () => {
    const moods = withTasks([mood]);
    programmeTime = 239;
    wrote = [
      { text: "before", at: 179 },
      { text: "first", at: 180 },
      { text: "last", at: 239.9 },
      { text: "after", at: 240 },
    ];
    await expect(moods.contribute("mood-3")).rejects.toMatchObject({ code: "NOT_FOUND" });
    programmeTime = 240;
    const asked = vi.spyOn(client, "call");
    const [entry] = await moods.contribute("mood-3");
    expect(asked).toHaveBeenCalledWith("classify", { texts: ["last"] });
    asked.mockRestore();
    expect(entry).toMatchObject({ kind: "mood", items: [], state: "accepted" });
  });

  it("of a mood says nothing, and fails nowhere, where the viewer wrote nothing in its minute", async () => {
    programmeTime = 1000;
    const moods = withTasks([mood, affinity]);
    expect(await moods.contribute()).toHaveLength(1);
    await expect(moods.contribute("mood-3")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await moods.contributeSoon();
    expect(problems).toEqual([]);
  });

  it("of a model's head reports its change, and nothing for another model", async () => {
    const heads = withTasks([head], { limitMicroRho: 1_000_000_000, budget: { rho: 1000 } });
    await expect(heads.contribute("head-1")).rejects.toMatchObject({
      code: expect.stringMatching(/NOT_FOUND|MISMATCH/),
    });
    tuned = { version: "2", change: new Float32Array(20) };
    await expect(heads.contribute("head-1")).rejects.toMatchObject({
      code: expect.stringMatching(/NOT_FOUND|MISMATCH/),
    });
  });

  it("of one operator is marked so", async () => {
    const aggregators = { ...affinity.aggregators, oneOperator: true };
    const [entry] = await withTasks([{ ...affinity, aggregators }]).contribute();
    expect(entry?.report?.oneOperator).toBe(true);
  });

  it("with a key that HPKE does not know is refused before anything is spent", async () => {
    const aggregators = {
      leader: leader.reference,
      helper: { ...helper.reference, hpke: { ...helper.reference.hpke, kem: 16 } },
      oneOperator: false,
    };
    await expect(withTasks([{ ...affinity, aggregators }]).contribute("affinity-2")).rejects.toMatchObject({
      code: "UNSUPPORTED",
    });
    expect(await storage.entries()).toEqual([]);
  });
});
