// The contributor by itself: retries that run out, sessions that end, tabs that race, contributions nobody asked for.
import type { LedgerEntry, SottoError } from "@sotto/live";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { loadCore } from "../../sdk/ts/src/core/load.js";
import { ConsentSwitch } from "../../sdk/ts/src/federation/consent.js";
import { Contributor, type ContributorParts } from "../../sdk/ts/src/federation/contributor.js";
import { MemoryStorage } from "../../sdk/ts/src/storage/memory.js";
import type { StoredEntry } from "../../sdk/ts/src/storage/storage.js";
import { fromWire } from "../../sdk/ts/src/worker/from-wire.js";
import { toWire } from "../../sdk/ts/src/worker/to-wire.js";
import { FakeServer } from "./support/fake-server.js";
import { wasmOf } from "./support/files.js";
import { manifest, silent, task } from "./support/session.js";

const path = /\/updates\//;
const core = await loadCore({ wasm: wasmOf("simd") });
let server: FakeServer;
let storage: MemoryStorage;
let entries: LedgerEntry[];
let problems: SottoError[];

beforeEach(async () => {
  server = await FakeServer.start();
  storage = new MemoryStorage();
  entries = [];
  problems = [];
});

afterEach(() => server.close());

/** The engine's answers without an engine; errors as they arrive from one. */
const client = {
  call: (name: string, request: never) =>
    answer(name, request).catch((error: unknown) => {
      throw fromWire(toWire(error));
    }),
} as unknown as ContributorParts["client"];

async function answer(name: string, request: never): Promise<unknown> {
  type Fields = "task" | "expires" | "delta" | "limitMicroRho" | "spent" | "cost" | "engaged";
  const { task: priced, expires, delta, limitMicroRho, spent, cost, engaged } = request as Record<Fields, never>;
  if (name === "priceTask") {
    const rho = core.taskRho(priced);
    return {
      rho,
      microRho: core.taskMicroRho(priced),
      epsilon: core.epsilonOfZcdp(rho, delta),
      expires: core.parseRfc3339(expires),
    };
  }
  if (name === "spend") return { spent: core.spendBudget(limitMicroRho, spent, cost) };
  return { bytes: core.makeLocalUpdate(priced, engaged, core.osRandom()) };
}

function contributor(parts: Partial<ContributorParts> = {}): Contributor {
  return new Contributor({
    client,
    storage,
    consent: new ConsentSwitch("granted", () => {}),
    logger: silent,
    limitMicroRho: 1_000_000,
    automatic: true,
    manifest: () => ({ ...manifest, tasks: [{ ...task, url: `${server.origin}/updates` }] }) as never,
    engaged: () => new Set(["p01", "p02", "p03"]),
    changed: (entry) => entries.push(entry),
    failed: (error) => problems.push(error as SottoError),
    backoff: { base: 1, cap: 2 },
    delay: 10,
    attempts: 3,
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
    call: (name: string, request: never) => {
      if (name === "makeUpdate") consent.deny();
      return client.call(name as never, request);
    },
  } as ContributorParts["client"];
  const parts = { consent, client: withdrawing };
  const automatic = contributor(parts);
  await automatic.contributeSoon();
  expect(server.requests("PUT")).toHaveLength(0);
  parts.client.call = client.call;
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
  const sending = contributor({ backoff: { base: 50, cap: 50 } });
  const pending = sending.contribute();
  await until(() => server.requests("PUT").length === 1);
  await storage.clear();
  await expect(pending).rejects.toMatchObject({ name: "AbortError" });
  expect(server.requests("PUT")).toHaveLength(1);
  expect(await storage.entries()).toEqual([]);
});
