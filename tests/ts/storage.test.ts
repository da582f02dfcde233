// What stays on the device, by both backends alike.
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { describe, expect, it } from "vitest";
import { publicEntry } from "../../sdk/ts/src/federation/entry.js";
import { IndexedDbStorage } from "../../sdk/ts/src/storage/indexeddb.js";
import { MemoryStorage } from "../../sdk/ts/src/storage/memory.js";
import { openStorage } from "../../sdk/ts/src/storage/open.js";
import {
  maxEngagements,
  type Storage,
  type StoredEngagement,
  type StoredEntry,
} from "../../sdk/ts/src/storage/storage.js";
import { silent } from "./support/session.js";

const engagement = (product: string, stream = "a", at = 1): StoredEngagement => ({
  stream,
  product,
  kind: "click",
  at,
});

const entry = (id: string, changed: Partial<StoredEntry> = {}): StoredEntry => ({
  task: `task-of-${id}`,
  stream: "a",
  id,
  state: "prepared",
  bytes: Uint8Array.of(1, 2, 255),
  items: ["p1", "p2"],
  url: `https://live.example/${id}`,
  rho: 0.25,
  epsilon: 3,
  delta: 1e-5,
  at: 1000,
  attempts: 0,
  status: 0,
  microRho: 250_000,
  expires: 4_000_000_000_000,
  ...changed,
});

const backends: [string, () => Promise<Storage>][] = [
  ["memory", async () => new MemoryStorage()],
  ["indexeddb", () => IndexedDbStorage.open(new IDBFactory())],
];

describe.each(backends)("%s", (kind, open) => {
  it("keeps what was learned under its name, and forgets it with everything else", async () => {
    const storage = await open();
    expect(await storage.learned("ranker")).toBeUndefined();
    await storage.setLearned("ranker", Uint8Array.of(1));
    await storage.setLearned("head", Uint8Array.of(2));
    await storage.setLearned("ranker", Uint8Array.of(3));
    expect([...((await storage.learned("ranker")) ?? [])]).toEqual([3]);
    await storage.clear();
    expect(await storage.learned("ranker")).toBeUndefined();
    expect(await storage.learned("head")).toBeUndefined();
    storage.close();
  });

  it("keeps engagements of each stream, oldest first", async () => {
    const storage = await open();
    expect(storage.kind).toBe(kind);
    for (const each of [engagement("p1"), engagement("p2", "b"), engagement("p3")]) await storage.addEngagement(each);
    expect((await storage.engagements("a")).map(({ product }) => product)).toEqual(["p1", "p3"]);
    expect(await storage.engagements("b")).toEqual([engagement("p2", "b")]);
    expect(await storage.engagements("c")).toEqual([]);
    storage.close();
  });

  it("forgets the oldest engagements of a stream beyond the limit, and no other stream's", async () => {
    const storage = await open();
    await storage.addEngagement(engagement("other", "b"));
    for (let i = 0; i < maxEngagements + 3; i++) await storage.addEngagement(engagement(`p${i}`));
    const kept = await storage.engagements("a");
    expect(kept).toHaveLength(maxEngagements);
    expect(kept[0]?.product).toBe("p3");
    expect(await storage.engagements("b")).toHaveLength(1);
    storage.close();
  });

  it("keeps entries with their bytes, oldest first", async () => {
    const storage = await open();
    expect(await storage.addEntry(entry("z"), 0)).toBe(true);
    expect(await storage.addEntry(entry("a", { at: 2000 }), 250_000)).toBe(true);
    expect(await storage.entries()).toEqual([entry("z"), entry("a", { at: 2000 })]);
    storage.close();
  });

  it("refuses a second entry of a task in its epoch, and one that counted another sum", async () => {
    const storage = await open();
    await storage.addEntry(entry("one"), 0);
    expect(await storage.addEntry(entry("two", { task: "task-of-one" }), 250_000)).toBe(false);
    expect(await storage.addEntry(entry("three"), 0)).toBe(false);
    expect(await storage.addEntry(entry("two", { task: "task-of-one", epoch: 0 }), 250_000)).toBe(false);
    expect(await storage.addEntry(entry("three", { task: "task-of-one", stream: "b" }), 250_000)).toBe(true);
    expect(await storage.addEntry(entry("four", { task: "task-of-one", epoch: 1 }), 500_000)).toBe(true);
    expect(await storage.addEntry(entry("five", { task: "task-of-one", epoch: 1 }), 750_000)).toBe(false);
    expect(await storage.entries()).toHaveLength(3);
    storage.close();
  });

  it("lets one of two that race win", async () => {
    const storage = await open();
    const won = await Promise.all([storage.addEntry(entry("one"), 0), storage.addEntry(entry("two"), 0)]);
    expect(won.filter(Boolean)).toHaveLength(1);
    storage.close();
  });

  it("replaces an entry, and none that was forgotten", async () => {
    const storage = await open();
    await storage.addEntry(entry("one"), 0);
    expect(await storage.updateEntry(entry("one", { url: "https://live.example/other" }))).toBe(true);
    expect(await storage.entries()).toEqual([entry("one", { url: "https://live.example/other" })]);
    await storage.clear();
    expect(await storage.updateEntry(entry("one"))).toBe(false);
    expect(await storage.entries()).toEqual([]);
    storage.close();
  });

  it("does not change an entry that is settled, whatever another tab still has of it", async () => {
    const storage = await open();
    await storage.addEntry(entry("one"), 0);
    await storage.updateEntry(entry("one", { state: "accepted", attempts: 1 }));
    expect(await storage.updateEntry(entry("one", { state: "sending", attempts: 2 }))).toBe(false);
    expect(await storage.entries()).toEqual([entry("one", { state: "accepted", attempts: 1 })]);
    storage.close();
  });

  it("forgets everything but that something was sent, and what that cost", async () => {
    const storage = await open();
    await storage.addEngagement(engagement("p1"));
    const report = { leader: {}, helper: {} } as StoredEntry["report"] & object;
    const states = ["prepared", "sending", "failed", "accepted", "refused"] as const;
    for (const [i, state] of states.entries()) {
      await storage.addEntry(entry(state, { state, attempts: i, at: i, report }), i * 250_000);
    }
    await storage.clear();
    expect(await storage.engagements("a")).toEqual([]);
    expect(await storage.entries()).toEqual([
      entry("sending", { state: "refused", attempts: 1, at: 1 }),
      entry("failed", { state: "refused", attempts: 2, at: 2 }),
      entry("accepted", { state: "accepted", attempts: 3, at: 3 }),
      entry("refused", { state: "refused", attempts: 4, at: 4 }),
    ]);
    expect(await storage.updateEntry(entry("sending", { state: "sending", attempts: 2 }))).toBe(false);
    storage.close();
  });
});

describe("indexeddb", () => {
  it("remembers what an earlier page wrote", async () => {
    const factory = new IDBFactory();
    const before = await IndexedDbStorage.open(factory);
    await before.addEntry(entry("one"), 0);
    before.close();
    const after = await IndexedDbStorage.open(factory);
    expect(await after.entries()).toEqual([entry("one")]);
    after.close();
  });

  it("fails as UNAVAILABLE once it is closed", async () => {
    const storage = await IndexedDbStorage.open(new IDBFactory());
    storage.close();
    await expect(storage.entries()).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  it("is what openStorage opens", async () => {
    const storage = await openStorage("indexeddb", silent);
    expect(storage.kind).toBe("indexeddb");
    storage.close();
    expect((await openStorage("memory", silent)).kind).toBe("memory");
  });
});

it("keeps what an older version of the package stored", async () => {
  const factory = new IDBFactory();
  await new Promise<void>((resolve, reject) => {
    const request = factory.open("sotto-live", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("engagements", { autoIncrement: true }).createIndex("stream", "stream");
      request.result.createObjectStore("entries", { keyPath: "id" });
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const transaction = request.result.transaction("engagements", "readwrite");
      transaction.objectStore("engagements").add(engagement("p1"));
      transaction.oncomplete = () => {
        request.result.close();
        resolve();
      };
    };
  });
  const storage = await IndexedDbStorage.open(factory);
  expect(await storage.engagements("a")).toEqual([engagement("p1")]);
  await storage.setLearned("ranker", Uint8Array.of(1));
  storage.close();
});

it("keeps the ledger of a version that knew local trust alone, beside reports of split trust", async () => {
  const factory = new IDBFactory();
  const before = await IndexedDbStorage.open(factory);
  await before.addEntry(entry("old"), 0); // has neither trust nor kind nor epoch, as that version wrote it
  before.close();
  const storage = await IndexedDbStorage.open(factory);
  const [old] = await storage.entries();
  expect(publicEntry(old as StoredEntry)).toMatchObject({ id: "old", trust: "local", kind: "affinity", epoch: 0 });
  const share = (fill: number) => ({
    ...{ operator: "A", url: "https://a.example", plaintext: new Uint8Array(1000).fill(fill) },
    ...{ configId: fill, enc: new Uint8Array(32), ciphertext: new Uint8Array(1022).fill(fill + 1) },
  });
  const report = {
    ...{
      taskId: new Uint8Array(32).fill(6),
      nonce: new Uint8Array(16).fill(7),
      publicShare: new Uint8Array(64),
      oneOperator: false,
    },
    ...{ leader: share(1), helper: share(3) },
  };
  const split = entry("new", { trust: "split", kind: "popularity", epoch: 9, at: 2000, report });
  expect(await storage.addEntry(split, 250_000)).toBe(true);
  expect(await storage.entries()).toEqual([entry("old"), split]);
  expect(publicEntry(split)).toMatchObject({ trust: "split", kind: "popularity", epoch: 9, report });
  storage.close();
});
