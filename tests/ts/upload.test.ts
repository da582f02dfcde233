// How a report gets to its leader: what it is on arrival, and what each answer makes of it.
import "fake-indexeddb/auto";
import type { LedgerEntry, SplitTaskReference } from "@sotto/live";
import { type Federation, loadFederation } from "@sotto/live/federation";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { ConsentSwitch } from "../../sdk/ts/src/federation/consent.js";
import type { Contributor, ContributorParts } from "../../sdk/ts/src/federation/contributor.js";
import { publicEntry } from "../../sdk/ts/src/federation/entry.js";
import { IndexedDbStorage } from "../../sdk/ts/src/storage/indexeddb.js";
import { MemoryStorage } from "../../sdk/ts/src/storage/memory.js";
import type { Storage } from "../../sdk/ts/src/storage/storage.js";
import { contributorWith } from "./support/contributor.js";
import { type Behaviour, FakeLeader, problem } from "./support/fake-leader.js";
import { wasmOf } from "./support/files.js";
import { Dice } from "./support/random.js";
import { decodeReport, openReport, together } from "./support/report.js";
import { manifest } from "./support/session.js";
import * as tasks from "./support/split.js";

let federation: Federation;
let leader: FakeLeader;
let storage: Storage;
let changes: LedgerEntry[];
let task: SplitTaskReference;

beforeAll(async () => {
  federation = await loadFederation({ wasm: wasmOf("simd", "federation") });
});
beforeEach(async () => {
  leader = await FakeLeader.start();
  storage = new MemoryStorage();
  changes = [];
  task = at(tasks.affinity);
});
afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  await leader.close();
});

/** The task with the fake leader's address, and perhaps with another key. */
const at = <Task extends SplitTaskReference>(task: Task, key = tasks.leader.reference): Task => ({
  ...task,
  aggregators: {
    leader: { ...key, url: leader.url },
    helper: tasks.helper.reference,
    oneOperator: false,
  },
});

const contributor = (parts: Partial<ContributorParts> = {}): Contributor =>
  contributorWith({
    storage,
    manifest: () => ({ ...manifest, tasks: [task] }) as never,
    changed: (entry) => changes.push(publicEntry(entry)),
    attempts: 8,
    ...parts,
  });

/** What both aggregators find in the one report that the leader has. */
async function found(of = task, keys?: Parameters<typeof openReport>[3]): Promise<number[]> {
  expect(leader.reports.size).toBe(1);
  const [bytes] = leader.reports.values();
  const report = decodeReport(bytes as Buffer);
  const shares = await openReport(federation, of, report, keys);
  return together(federation, of, report.id, report.publicShare, shares);
}
const ones = (sum: number[]) => sum.flatMap((count, place) => (count === 1 ? [place] : []));
/** Of products 0, 1 and 2 among 24: the upper triangle, row by row. */
const pairs = [0, 1, 2, 24, 25, 47];

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
};

describe("a report", () => {
  it("is uploaded as the draft says, and the aggregators find in it what was measured", async () => {
    const [entry] = await contributor().contribute();
    expect(entry).toMatchObject({ state: "accepted", status: 200, attempts: 1 });
    expect(leader.uploads).toHaveLength(1);
    const [upload] = leader.uploads;
    const id = Buffer.from(federation.dapTask(task).id).toString("base64url");
    expect(upload).toMatchObject({ method: "POST", path: `/dap/tasks/${id}/reports` });
    expect(upload?.headers["content-type"]).toBe("application/ppm-dap;message=upload-req");
    expect(new Uint8Array(upload?.body ?? [])).toEqual(entry?.bytes);
    expect(ones(await found())).toEqual(pairs);
    expect(changes.map(({ state }) => state)).toEqual(["prepared", "sending", "accepted"]);
  });

  it.each([
    ["popularity", tasks.popularity, [0, 1, 2]],
    ["mood", tasks.mood, [2 * 12 + 8]],
  ] as [string, SplitTaskReference, number[]][])("of %s does as well", async (_, of, expected) => {
    task = at(of);
    await contributor({ programmeTime: () => 1000, wrote: () => [{ text: "lovely", at: 200 }] }).contribute();
    expect(ones(await found())).toEqual(expected);
  });

  it("finds its leader with and without a slash at the end of its URL", async () => {
    task = {
      ...task,
      aggregators: { ...task.aggregators, leader: { ...task.aggregators.leader, url: `${leader.url}/` } },
    };
    const [entry] = await contributor().contribute();
    expect(entry?.state).toBe("accepted");
    expect(ones(await found())).toEqual(pairs);
  });

  it("comes with no header that tells one device from another", async () => {
    await contributor().contribute();
    storage = new MemoryStorage();
    await contributor({ engaged: () => new Set() }).contribute();
    const [one, other] = leader.uploads.map(({ headers }) => headers);
    expect(other).toEqual(one);
    for (const name of ["cookie", "authorization", "referer", "origin"]) expect(one).not.toHaveProperty(name);
  });

  it("is not even made without consent", async () => {
    for (const state of ["ask", "denied"] as const) {
      const asked = contributor({ consent: new ConsentSwitch(state, () => {}) });
      await expect(asked.contribute()).rejects.toMatchObject({ code: "CONSENT_REQUIRED" });
      await asked.contributeSoon();
      await asked.resume();
    }
    expect(leader.uploads).toEqual([]);
    expect(await storage.entries()).toEqual([]);
  });

  it("is one, however many tabs of the device contribute, and however often they are loaded anew", async () => {
    const factory = new IDBFactory();
    const tab = async () => contributor({ storage: await IndexedDbStorage.open(factory) });
    const tabs = [await tab(), await tab(), await tab()];
    await Promise.all(tabs.map((each) => each.contributeSoon()));
    await (await tab()).contributeSoon();
    expect(leader.reports.size).toBe(1);
    expect(new Set(leader.uploads.map(({ body }) => body.toString("hex"))).size).toBe(1);
    const stored = await (await IndexedDbStorage.open(factory)).entries();
    expect(stored).toMatchObject([{ state: "accepted" }]);
  });

  it("waits until the page has nothing better to do", async () => {
    const idle: (() => void)[] = [];
    vi.stubGlobal("requestIdleCallback", (callback: () => void) => idle.push(callback));
    const soon = contributor({ delay: 0 }).contributeSoon();
    await until(() => idle.length === 1);
    expect(await storage.entries()).toEqual([]);
    idle[0]?.();
    await soon;
    expect(leader.reports.size).toBe(1);
  });
});

describe("an answer", () => {
  it("that was lost is made good by the next, which says that the report is there", async () => {
    leader.next.push("lose");
    const [entry] = await contributor().contribute();
    expect(entry).toMatchObject({ state: "accepted", attempts: 2 });
    expect(entry?.error).toBeUndefined();
    expect(ones(await found())).toEqual(pairs);
  });

  it("that was lost with the page is made good by the next visit", async () => {
    leader.next.push("lose");
    const [lost] = await contributor({ attempts: 1 }).contribute();
    expect(lost?.state).toBe("failed");
    await contributor().resume();
    expect(await storage.entries()).toMatchObject([{ id: lost?.id, state: "accepted", attempts: 2 }]);
    expect(leader.reports.size).toBe(1);
  });

  it.each([
    [1, "batch_collected"],
    [2, "report_replayed"], // of a report that was never sent before
    [3, "report_dropped"],
    [4, "hpke_unknown_config_id"],
    [5, "hpke_decrypt_error"],
    [6, "vdaf_verify_error"],
    [7, "task_expired"],
    [8, "invalid_message"],
    [10, "task_not_started"],
    [77, "error 77"],
  ])("of ReportError %i refuses the report for good, and the ledger says why", async (code, name) => {
    leader.next.push(code);
    const [entry] = await contributor().contribute();
    expect(entry).toMatchObject({ state: "refused", status: 200, attempts: 1, error: { code: "REFUSED" } });
    expect(entry?.error?.message).toContain(name);
    await contributor().contributeSoon();
    expect(leader.uploads).toHaveLength(1);
    expect(await storage.entries()).toMatchObject([{ microRho: 50_000 }]);
  });

  it.each([
    ["a problem of the report", problem("invalidMessage", 400)],
    ["an extension", problem("unsupportedExtension", 400)],
    ["another problem", { status: 403, body: "no" }],
    ["a redirection", { status: 301, headers: { location: "/elsewhere" } }],
  ] as [string, Behaviour][])("that names %s is not asked for twice", async (_, answer) => {
    leader.next.push(...new Array(3).fill(answer));
    const [entry] = await contributor({ attempts: 3 }).contribute();
    // A redirection is followed nowhere: it is the network's failure, which may pass.
    const redirected = typeof answer === "object" && answer.status === 301;
    expect(entry?.state).toBe(redirected ? "failed" : "refused");
    expect(leader.uploads).toHaveLength(redirected ? 3 : 1);
    if (!redirected) expect(entry?.error?.message).toMatch(/invalidMessage|unsupportedExtension|403/);
  });

  it.each([
    ["429", problem("tooMany", 429, { "retry-after": "0" })],
    ["503 with Retry-After", { status: 503, headers: { "retry-after": "0" } }],
    ["500", { status: 500, body: "<html>" }],
    ["a task that the leader does not know yet", problem("unrecognizedTask", 404)],
    ["a page of a captive portal", { status: 200, headers: { "content-type": "text/html" }, body: "<p>Log in" }],
    ["errors that are cut", errorsOf(Buffer.alloc(16))],
    ["errors of another report", errorsOf(Buffer.alloc(17, 1))],
    ["errors of more reports than one", errorsOf(Buffer.alloc(34))],
  ] as [string, Behaviour][])("of %s is no answer: the same report is sent again", async (_, answer) => {
    leader.next.push(answer, answer);
    const [entry] = await contributor().contribute();
    expect(entry).toMatchObject({ state: "accepted", attempts: 3 });
    expect(new Set(leader.uploads.map(({ body }) => body.toString("hex"))).size).toBe(1);
    expect(ones(await found())).toEqual(pairs);
  });

  it("after which nothing is left to try leaves the report for the next visit", async () => {
    leader.next.push(...new Array(3).fill({ status: 503 }));
    const [entry] = await contributor({ attempts: 3 }).contribute();
    expect(entry).toMatchObject({ state: "failed", attempts: 3, error: { code: "HTTP_STATUS" } });
    await contributor().resume();
    expect(await storage.entries()).toMatchObject([{ state: "accepted", attempts: 4 }]);
  });

  it("may be whatever it likes: every request for a report has the same address and bytes, and it counts once", async () => {
    const answers: Behaviour[] = [
      ...(["lose", { drop: true }, { status: 503 }, { status: 200, body: "?" }] as const),
      ...[problem("unrecognizedTask", 404), { status: 429, headers: { "retry-after": "0" } }],
    ];
    const dice = new Dice(11);
    for (let run = 0; run < 40; run++) {
      leader.reset();
      storage = new MemoryStorage();
      for (let failures = dice.int(0, 6); failures > 0; failures--) leader.next.push(dice.pick(answers));
      const attempts = dice.int(1, 3); // in each visit
      for (let visit = 0; visit < 8; visit++) await contributor({ attempts }).contribute();
      const [entry, ...others] = await storage.entries();
      expect(others).toEqual([]);
      expect(entry?.state).toBe("accepted");
      expect(leader.reports.size).toBe(1);
      const requests = leader.uploads.map(({ path, body }) => path + body.toString("hex"));
      expect(requests).toHaveLength(entry?.attempts as number);
      expect(new Set(requests).size).toBe(1);
    }
  });
});

function errorsOf(body: Buffer): Behaviour {
  return { status: 200, headers: { "content-type": "application/ppm-dap; message=upload-errors" }, body };
}

describe("the time between two tries", () => {
  /** Milliseconds after the first request at which the others come, with answers in this order. */
  async function moments(answers: (() => Response)[], random: number): Promise<number[]> {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    let now = 0;
    const seen: number[] = [];
    const fetch = async () => {
      seen.push(now);
      return (answers[seen.length - 1] ?? (() => new Response(null, { status: 200 })))();
    };
    let done = false;
    const backoff = { base: 1000, cap: 8000, random: () => random };
    void contributor({ fetch: fetch as never, backoff })
      .contribute()
      .then(() => {
        done = true;
      });
    while (seen.length === 0) await vi.advanceTimersByTimeAsync(0);
    for (; !done && now < 1_000_000; now += 250) await vi.advanceTimersByTimeAsync(250);
    return seen;
  }
  const failing =
    (status: number, headers = {}) =>
    () =>
      new Response(null, { status, headers });

  it("doubles up to a cap, and is any of it with equal chance", async () => {
    const failures = new Array(6).fill(failing(500));
    expect(await moments(failures, 1)).toEqual(
      [0, 1000, 3000, 7000, 15_000, 23_000, 31_000].map((ms) => expect.closeTo(ms, -3)),
    );
    storage = new MemoryStorage();
    const quick = await moments(failures, 0);
    expect(quick.at(-1)).toBeLessThan(2000);
  });

  it("is not shorter than a leader asks for", async () => {
    const [, second = 0] = await moments([failing(503, { "retry-after": "30" })], 0.5);
    expect(second).toBeGreaterThanOrEqual(30_000);
    expect(second).toBeLessThan(31_000);
  });

  it("is minutes where the leader's clock says that it is too early", async () => {
    // The fetch does not know the id, so that the answer is made from the entry.
    const early = () => {
      const id = Buffer.from(changes[0]?.id ?? "", "hex");
      const headers = { "content-type": "application/ppm-dap;message=upload-errors" };
      return new Response(Buffer.concat([id, Buffer.from([9])]), { status: 200, headers });
    };
    const [, second = 0, ...more] = await moments([early], 0);
    expect(second).toBeGreaterThanOrEqual(299_000);
    expect(more).toEqual([]);
    expect(changes.at(-1)?.state).toBe("accepted");
  });
});

describe("a key that the leader no longer has", () => {
  const outdated = 11;
  let next: typeof tasks.leader;
  beforeAll(async () => {
    next = await tasks.aggregator("leader", 8);
  });
  const rotated = () => at(tasks.affinity, next.reference);

  it("is replaced by the one that the manifest names by now: the same report, for the same price", async () => {
    leader.next.push(outdated);
    const [waiting] = await contributor().contribute();
    expect(waiting).toMatchObject({ state: "failed", error: { code: "OUTDATED_KEY" } });
    await contributor().resume(); // the manifest names no other key yet
    expect(leader.uploads).toHaveLength(1);
    const before = decodeReport(leader.uploads[0]?.body as Buffer);

    task = rotated();
    // What was engaged meanwhile makes no difference: it is the same measurement.
    await contributor({ engaged: () => new Set() }).contributeSoon();
    expect(await storage.entries()).toMatchObject([
      { id: waiting?.id, state: "accepted", attempts: 2, microRho: 50_000, report: { resealed: true } },
    ]);
    const after = decodeReport(leader.uploads[1]?.body as Buffer);
    expect(after.leader.configId).toBe(8);
    // An honest helper counts a report's id once, whatever a leader makes of two ciphertexts.
    expect(Buffer.from(after.metadata)).toEqual(Buffer.from(before.metadata));
    expect(Buffer.from(after.publicShare)).toEqual(Buffer.from(before.publicShare));
    expect(ones(await found(task, { leader: next, helper: tasks.helper }))).toEqual(pairs);
    await expect(openReport(federation, task, after)).rejects.toThrow();
  });

  it("is replaced at once if the manifest named another since", async () => {
    leader.next.push({ status: 503 });
    await contributor({ attempts: 1 }).contribute();
    task = rotated();
    leader.next.push(outdated);
    const [entry] = await contributor().contribute();
    expect(entry).toMatchObject({ state: "accepted", attempts: 3 });
    expect(ones(await found(task, { leader: next, helper: tasks.helper }))).toEqual(pairs);
  });

  it("is replaced once", async () => {
    leader.next.push(outdated, outdated);
    await contributor().contribute();
    task = rotated();
    const [entry] = await contributor().contribute();
    expect(entry).toMatchObject({ state: "refused", error: { code: "REFUSED" } });
    expect(entry?.error?.message).toContain("outdated_config");
    await contributor().contribute();
    expect(leader.uploads).toHaveLength(2);
  });

  it("is not replaced for a task that is another by now", async () => {
    leader.next.push(outdated);
    await contributor().contribute();
    task = { ...rotated(), minimum: 1 };
    const [entry] = await contributor().contribute();
    expect(entry).toMatchObject({ state: "failed", error: { code: "OUTDATED_KEY" } });
    expect(leader.uploads).toHaveLength(1);
  });

  it("ends with the task", async () => {
    leader.next.push(outdated);
    await contributor().contribute();
    const [entry] = await storage.entries();
    await storage.updateEntry({ ...(entry as NonNullable<typeof entry>), expires: Date.now() - 1 });
    await contributor().resume();
    expect(await storage.entries()).toMatchObject([{ state: "refused", error: { code: "EXPIRED" } }]);
    expect(leader.uploads).toHaveLength(1);
  });
});

describe("the viewer", () => {
  const page = new EventTarget();
  const leave = () => page.dispatchEvent(new Event("pagehide"));
  beforeEach(() => {
    vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
    vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
  });
  const slow = { base: 3_600_000, cap: 3_600_000, random: () => 1 };

  /** A contributor whose report waits for its second try, and what it asks `fetch`. */
  async function waiting(first: Behaviour, parts: Partial<ContributorParts> = {}) {
    leader.next.push(first);
    const asked: RequestInit[] = [];
    const consent = new ConsentSwitch("granted", () => {});
    const fetch = (url: string, init: RequestInit) => {
      asked.push(init);
      return globalThis.fetch(url, init);
    };
    const one = contributor({ backoff: slow, consent, fetch: fetch as never, ...parts });
    const pending = one.contribute().catch((error) => error);
    await until(() => changes.at(-1)?.error !== undefined);
    return { one, pending, asked, consent };
  }

  it("who leaves while a report waits for its next try sends it once more, with the same bytes", async () => {
    const { one, pending, asked } = await waiting({ drop: true });
    leave();
    await until(() => leader.reports.size === 1);
    expect(asked).toHaveLength(2);
    expect(asked[1]).toMatchObject({ keepalive: true, credentials: "omit", referrerPolicy: "no-referrer" });
    expect(new Set(leader.uploads.map(({ body }) => body.toString("hex"))).size).toBe(1);
    one.end();
    await pending;
    expect(await storage.entries()).toMatchObject([{ state: "sending", attempts: 2 }]);
    // The next visit hears that it is there.
    await contributor().resume();
    expect(await storage.entries()).toMatchObject([{ state: "accepted", attempts: 3 }]);
    expect(leader.reports.size).toBe(1);
  });

  it("who leaves while a request is on its way need not send another", async () => {
    let answer: () => void = () => {};
    const fetch = vi.fn(
      (_url: string, _init: RequestInit) =>
        new Promise<Response>((resolve) => {
          answer = () => resolve(new Response(null, { status: 200 }));
        }),
    );
    const pending = contributor({ fetch: fetch as never }).contribute();
    await until(() => fetch.mock.calls.length === 1);
    leave();
    answer();
    await pending;
    expect(fetch).toHaveBeenCalledOnce();
    expect(fetch.mock.calls[0]?.[1].keepalive).toBe(true);
  });

  it("who leaves sends nothing where the leader asked for a pause", async () => {
    const { one, pending, asked } = await waiting({ status: 503, headers: { "retry-after": "3600" } });
    leave();
    one.end();
    await pending;
    expect(asked).toHaveLength(1);
  });

  it("who leaves sends no report that is larger than browsers then take", async () => {
    const items = Array.from({ length: 128 }, (_, i) => `i${i}`);
    task = at({ ...tasks.affinity, items });
    const { one, pending, asked } = await waiting({ drop: true });
    expect(changes[0]?.bytes.length).toBeGreaterThan(128 * 1024);
    expect(asked[0]?.keepalive).toBe(false);
    leave();
    one.end();
    await pending;
    expect(asked).toHaveLength(1);
    await contributor().resume();
    expect(await storage.entries()).toMatchObject([{ state: "accepted", attempts: 2 }]);
  });

  it("who withdraws consent has nothing sent from that moment, on leaving neither", async () => {
    const { one, pending, asked, consent } = await waiting({ drop: true });
    consent.deny();
    one.stop();
    leave();
    expect(await pending).toMatchObject({ name: "AbortError" });
    await one.contributeSoon();
    await one.resume();
    expect(asked).toHaveLength(1);
    expect(await storage.entries()).toMatchObject([{ state: "sending", attempts: 1 }]);
  });

  it("who withdraws consent ends the request that is on its way", async () => {
    const consent = new ConsentSwitch("granted", () => {});
    let signal: AbortSignal | null | undefined;
    const fetch = (_url: string, init: RequestInit) => {
      signal = init.signal;
      return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal?.reason)));
    };
    const one = contributor({ consent, fetch: fetch as never });
    const pending = one.contribute().catch((error) => error);
    await until(() => signal !== undefined);
    consent.deny();
    one.stop();
    expect(signal?.aborted).toBe(true);
    expect(await pending).toMatchObject({ name: "AbortError" });
  });

  it("who forgets keeps what may have left, without its shares, and it is not sent again", async () => {
    const { one, pending, consent } = await waiting({ drop: true });
    consent.deny();
    one.stop();
    await pending;
    await storage.clear();
    const [left] = await storage.entries();
    expect(left).toMatchObject({ state: "refused", attempts: 1, microRho: 50_000 });
    expect(left).not.toHaveProperty("report");
    consent.grant();
    await one.contributeSoon();
    await one.resume();
    expect(leader.uploads).toHaveLength(1);
  });

  it("who forgets before anything was sent leaves nothing, no cost either", async () => {
    const consent = new ConsentSwitch("granted", () => {});
    const one = contributor({
      consent,
      changed: ({ state }) => {
        if (state !== "prepared") return;
        consent.deny();
        one.stop();
      },
    });
    await expect(one.contribute()).rejects.toMatchObject({ code: expect.anything() });
    expect(await storage.entries()).toMatchObject([{ state: "prepared", attempts: 0 }]);
    await storage.clear();
    expect(await storage.entries()).toEqual([]);
    expect(leader.uploads).toEqual([]);
  });
});
