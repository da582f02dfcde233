// What leaves the device, when, and what the ledger says about it.
import type { LedgerEntry, LiveSession } from "@sotto/live";
import { type Federation, type LocalTask, loadFederation } from "@sotto/live/federation";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeServer, type Reply } from "./support/fake-server.js";
import { wasmOf } from "./support/files.js";
import { createSession, manifest, type TestOptions, task } from "./support/session.js";

const updates = /^\/v1\/tasks\/affinity-1\/updates\/[0-9a-f]{32}$/;
const accepted: Reply = { status: 201 };

let federation: Federation;
let server: FakeServer;
let session: LiveSession;
let changes: LedgerEntry[];

beforeAll(async () => {
  federation = await loadFederation({ wasm: wasmOf("simd", "federation") });
});

beforeEach(async () => {
  server = await FakeServer.start();
});

afterEach(async () => {
  await session?.dispose();
  await server.close();
});

/** A session with consent that engaged with three products, and a task at the fake server. */
async function start(options: TestOptions = {}, changed: Partial<typeof task> = {}): Promise<void> {
  const tasks = [{ ...task, url: `${server.origin}${task.url}`, ...changed }];
  session = await createSession({ consent: "granted", manifest: { ...manifest, tasks }, ...options });
  changes = [];
  session.addEventListener("ledger", ({ detail }) => changes.push(detail.entry));
  session.engage("p01", "click");
  session.engage("p05", "cart");
  session.engage("p09", "buy");
  session.engage("p02", "view");
}

const puts = () => server.requests("PUT");

describe("a contribution", () => {
  it("sends exactly the bytes of the ledger, under a random id, and nothing else that tells", async () => {
    server.on("PUT", updates, accepted);
    await start();
    const [entry] = await session.ledger.contribute();
    expect(entry).toMatchObject({
      task: "affinity-1",
      stream: "tea-house",
      state: "accepted",
      status: 201,
      attempts: 1,
    });
    expect(puts()).toHaveLength(1);
    const [put] = puts();
    expect(put?.path).toBe(`/v1/tasks/affinity-1/updates/${entry?.id}`);
    expect(new Uint8Array(put?.body ?? [])).toEqual(entry?.bytes);
    expect(put?.headers["content-type"]).toBe("application/octet-stream");
    expect(put?.headers.cookie).toBeUndefined();
    expect(put?.headers.referer).toBeUndefined();
    const entries = federation.decodeUpdate(task as LocalTask, entry?.bytes as Uint8Array);
    expect(entries).toHaveLength((24 * 25) / 2);
  });

  it("is in the ledger before its first byte is sent", async () => {
    let known: LedgerEntry[] = [];
    server.on("PUT", updates, async () => {
      known = await session.ledger.entries();
      return accepted;
    });
    await start();
    const [entry] = await session.ledger.contribute();
    expect(known).toHaveLength(1);
    expect(known[0]).toMatchObject({ id: entry?.id, state: "sending", bytes: entry?.bytes });
    expect(changes.map(({ state }) => state)).toEqual(["prepared", "sending", "accepted"]);
  });

  it("is sent again with the same id and bytes after 503, in the time that the server asks for", async () => {
    server.onSequence("PUT", updates, [{ status: 503, headers: { "retry-after": "0" } }, accepted]);
    await start();
    const [entry] = await session.ledger.contribute();
    expect(entry).toMatchObject({ state: "accepted", attempts: 2 });
    expect(entry?.error).toBeUndefined();
    const [first, second] = puts();
    expect(second?.path).toBe(first?.path);
    expect(second?.body).toEqual(first?.body);
  });

  it("counts as accepted when a lost answer turns out to be a duplicate", async () => {
    server.onSequence("PUT", updates, [{ drop: true }, { status: 200 }]);
    await start();
    const [entry] = await session.ledger.contribute();
    expect(entry).toMatchObject({ state: "accepted", status: 200, attempts: 2 });
    expect(puts()[1]?.path).toBe(puts()[0]?.path);
  });

  it.each([400, 404, 409, 410, 411, 413, 415])(
    "is given up for good after %i, with the server's words",
    async (status) => {
      const body = JSON.stringify({ type: "about:blank", title: "No", detail: "the round is closed", status });
      server.on("PUT", updates, { status, headers: { "content-type": "application/problem+json" }, body });
      await start();
      const [entry] = await session.ledger.contribute();
      expect(entry).toMatchObject({ state: "refused", status, error: { code: "HTTP_STATUS" } });
      expect(entry?.error?.message).toContain("No: the round is closed");
      expect(entry?.error?.hint).not.toBe("");
      await session.ledger.contribute();
      expect(puts()).toHaveLength(1);
    },
  );

  it("happens once for each task, however often it is asked for", async () => {
    server.on("PUT", updates, accepted);
    await start();
    const [[first], [second]] = await Promise.all([session.ledger.contribute(), session.ledger.contribute()]);
    const [third] = await session.ledger.contribute("affinity-1");
    expect(second?.id).toBe(first?.id);
    expect(third?.id).toBe(first?.id);
    expect(puts()).toHaveLength(1);
  });

  it("spends the budget when it is prepared", async () => {
    server.on("PUT", updates, { status: 410 });
    await start();
    expect(await session.ledger.budget()).toMatchObject({ limitRho: 1, spentRho: 0, epsilon: 0 });
    await session.ledger.contribute();
    const budget = await session.ledger.budget();
    expect(budget).toMatchObject({ spentRho: 0.25, delta: 1e-5 });
    expect(budget.epsilon).toBe(federation.epsilonOfZcdp(0.25, 1e-5));
  });
});

describe("nothing is prepared or sent", () => {
  const nothingHappened = async () => {
    expect(puts()).toHaveLength(0);
    expect(await session.ledger.entries()).toHaveLength(0);
    expect(changes).toHaveLength(0);
  };

  it.each(["ask", "denied"] as const)("while consent is %s", async (consent) => {
    await start({ consent });
    await expect(session.ledger.contribute()).rejects.toMatchObject({ code: "CONSENT_REQUIRED" });
    await nothingHappened();
  });

  it("for a task that states another rho than its parameters have", async () => {
    await start({}, { rho: 0.01 });
    await expect(session.ledger.contribute()).rejects.toMatchObject({ code: "MISMATCH" });
    await nothingHappened();
  });

  it("for a task that states a smaller epsilon than its parameters have", async () => {
    const epsilon = federation.epsilonOfZcdp(task.rho, task.delta);
    await start({}, { epsilon: epsilon * 0.999 });
    expect(await session.ledger.price("affinity-1")).toEqual({ rho: task.rho, epsilon, delta: task.delta });
    await expect(session.ledger.contribute()).rejects.toMatchObject({ code: "MISMATCH" });
    await nothingHappened();
  });

  it("for a task that has expired", async () => {
    await start({}, { expires: "2020-01-01T00:00:00Z" });
    await expect(session.ledger.contribute("affinity-1")).rejects.toMatchObject({ code: "EXPIRED" });
    expect(await session.ledger.contribute()).toEqual([]);
    await nothingHappened();
  });

  it("beyond the budget", async () => {
    await start({ budget: { rho: 0.2 } });
    await expect(session.ledger.contribute()).rejects.toMatchObject({ code: "BUDGET_EXCEEDED" });
    await nothingHappened();
  });

  it("for a task that the manifest lacks", async () => {
    await start();
    await expect(session.ledger.contribute("other")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await nothingHappened();
  });
});

it("may encode what the viewer did more with than to look, and the session says what that is", async () => {
  await start();
  expect([...session.engaged]).toEqual(["p01", "p05", "p09"]);
});

describe("contributing by itself", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Lets the drawn moment pass; what follows takes no timer. */
  const pass = async (seconds: number) => {
    await vi.advanceTimersByTimeAsync(seconds * 1000);
    vi.useRealTimers();
  };

  it("follows consent alone: no engagement brings it about or moves it", async () => {
    server.on("PUT", updates, accepted);
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    await start({ consent: "ask", contributions: "auto", contributionDelay: 100 });
    await vi.advanceTimersByTimeAsync(1_000_000);
    session.consent.grant();
    await vi.advanceTimersByTimeAsync(49_000);
    session.engage("p03", "buy");
    await vi.advanceTimersByTimeAsync(999);
    expect(changes).toEqual([]);
    await pass(0.001);
    await expect.poll(() => changes.at(-1)?.state).toBe("accepted");
    expect(puts()).toHaveLength(1);
    vi.restoreAllMocks();
  });

  it("does not happen where the page wants to say when", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    await start({ contributions: "manual" });
    await pass(1_000_000);
    // More turns of engine and storage than a contribution takes.
    for (let i = 0; i < 10; i++) await session.ledger.budget();
    expect(changes).toEqual([]);
    expect(puts()).toHaveLength(0);
  });

  it.each([-1, 86_401, Number.NaN])("refuses a delay of %s seconds", async (contributionDelay) => {
    await expect(createSession({ contributionDelay })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });
});

describe("the viewer's control", () => {
  it("stops an update between two tries when consent is withdrawn, and goes on with the same id", async () => {
    server.onSequence("PUT", updates, [{ status: 503, headers: { "retry-after": "3600" } }, accepted]);
    await start();
    const pending = session.ledger.contribute();
    while (changes.at(-1)?.status !== 503) await new Promise((resolve) => setTimeout(resolve, 5));
    session.consent.deny();
    await expect(pending).rejects.toMatchObject({ name: "AbortError" });
    await expect(session.ledger.contribute()).rejects.toMatchObject({ code: "CONSENT_REQUIRED" });
    session.consent.grant();
    const [entry] = await session.ledger.contribute();
    expect(entry?.state).toBe("accepted");
    expect(puts()).toHaveLength(2);
    expect(puts()[1]?.path).toBe(puts()[0]?.path);
  });

  it("withdraws consent up to the moment before the request", async () => {
    server.on("PUT", updates, accepted);
    await start();
    session.addEventListener("ledger", ({ detail }) => {
      if (detail.entry.state === "sending") session.consent.deny();
    });
    await expect(session.ledger.contribute()).rejects.toMatchObject({ name: "AbortError" });
    expect(puts()).toHaveLength(0);
  });

  it("forgets the history and denies consent; what was sent stays in the ledger, and paid for", async () => {
    server.on("PUT", updates, accepted);
    await start();
    const [sent] = await session.ledger.contribute();
    await session.ledger.forget();
    expect(session.consent.state).toBe("denied");
    expect(await session.ledger.entries()).toEqual([sent]);
    expect((await session.ledger.budget()).spentRho).toBe(0.25);
    session.consent.grant();
    await session.ledger.contribute();
    expect(puts()).toHaveLength(1);
    expect((await session.recommend())[0]?.reason.kind).toBe("listed");
  });

  it("hears of every change of consent", async () => {
    await start({ consent: "ask" });
    const states: string[] = [];
    session.addEventListener("consent", ({ detail }) => states.push(detail.state));
    session.consent.grant();
    session.consent.grant();
    session.consent.deny();
    expect(states).toEqual(["granted", "denied"]);
  });
});
