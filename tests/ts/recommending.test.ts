// The recommender of a session: what follows from what the viewer does, and what a page can ask of it.
import { readFile } from "node:fs/promises";
import type { LiveSession, Manifest, SottoError } from "@sotto/live";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, describe, expect, it, vi } from "vitest";
import { easeModelBytes } from "./support/ease-file.js";
import { FakeServer } from "./support/fake-server.js";
import { createSession, manifest, next } from "./support/session.js";

const sessions: LiveSession[] = [];
const create: typeof createSession = async (options) => {
  const session = await createSession(options);
  sessions.push(session);
  return session;
};
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.dispose();
  vi.unstubAllGlobals();
});

/** A fetch that notes what is asked for; all of it lies in files. */
function noting() {
  const asked: string[] = [];
  const fetching: typeof fetch = async (input) => {
    asked.push(String(input));
    return new Response(await readFile(new URL(String(input))));
  };
  return { asked, fetching };
}

const ids = (list: readonly { product: { id: string } }[]) => list.map(({ product }) => product.id);
const all = { k: 24, diversity: 0 };

describe("feedback", () => {
  it("takes a product of which less is wanted off the list, and what is like it down", async () => {
    const session = await create();
    session.engage("p01", "click");
    const before = ids(await session.recommend(all));
    const unwanted = before[0] as string;
    session.engage(unwanted, "less");
    const after = await session.recommend(all);
    expect(ids(after)).not.toContain(unwanted);
    expect(after.some(({ contributions }) => (contributions.less ?? 0) < 0)).toBe(true);
    session.engage(unwanted, "click"); // changed their mind
    expect(ids(await session.recommend({ ...all, includeEngaged: true }))).toContain(unwanted);
  });

  it("is learned from: what is shown and never touched becomes less likely", async () => {
    const session = await create();
    const [first] = await session.recommend(all);
    session.shown([first?.product.id as string]);
    const again = (await session.recommend(all)).find(({ product }) => product.id === first?.product.id);
    expect(again?.score).toBeLessThanOrEqual(first?.score as number);
    expect(() => session.shown(["p99"])).toThrowError(expect.objectContaining({ code: "NOT_FOUND" }));
  });

  it("says what contributed, and the score is its logistic sum", async () => {
    const session = await create();
    session.engage("p01", "buy");
    for (const { score, contributions } of await session.recommend(all)) {
      const logit = Object.values(contributions).reduce((sum, value) => sum + value, 0);
      expect(1 / (1 + Math.exp(-logit))).toBeCloseTo(score, 4);
    }
  });

  it("is kept over a reload: history and weights alike", async () => {
    vi.stubGlobal("indexedDB", new IDBFactory());
    const first = await create({ storage: "indexeddb" });
    for (const product of ["p01", "p02", "p01", "p03"]) first.engage(product, "click");
    const before = await first.recommend(all);
    await vi.waitFor(async () => {
      const database = await new Promise<IDBDatabase>((resolve) => {
        const request = indexedDB.open("sotto-live");
        request.onsuccess = () => resolve(request.result);
      });
      const request = database.transaction("learned").objectStore("learned").get("ranker");
      await new Promise((resolve) => {
        request.onsuccess = resolve;
      });
      database.close();
      expect(request.result).toBeInstanceOf(Uint8Array);
    });
    await first.dispose();
    const second = await create({ storage: "indexeddb" });
    const after = await second.recommend(all);
    expect(ids(after)).toEqual(ids(before));
    expect(after[0]?.score).toBeCloseTo(before[0]?.score as number, 2);
  });

  it("is forgotten with everything else", async () => {
    const session = await create();
    const fresh = await session.recommend(all);
    for (const product of ["p01", "p05", "p09"]) session.engage(product, "buy");
    session.engage("p12", "less");
    expect(ids(await session.recommend(all))).not.toEqual(ids(fresh));
    await session.ledger.forget();
    expect(await session.recommend(all)).toEqual(fresh);
    expect(session.engaged.size).toBe(0);
    expect(await session.segments.matches("buyer")).toBe(false);
  });
});

describe("what the room says", () => {
  it("leaves out what is sold out, and puts coupons before the viewer", async () => {
    const session = await create();
    await session.setOffers([
      { product: "p01", stock: 0 },
      { product: "p20", couponPercent: 50 },
    ]);
    const list = await session.recommend(all);
    expect(ids(list)).not.toContain("p01");
    expect(list[0]?.product.id).toBe("p20");
    expect(list[0]?.reason.kind).toBe("offer");
    await expect(session.setOffers([{ product: "p01", couponPercent: 120 }])).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
    expect(ids(await session.recommend(all))).not.toContain("p01"); // as it was
  });

  it("pins, caps, boosts and excludes by rule", async () => {
    const session = await create();
    const { category } = session.products.find(({ id }) => id === "p01") as { category: string };
    const top = category.split("/")[0] as string;
    const list = await session.recommend({
      ...all,
      rules: {
        pin: [
          { product: "p24", place: 0 },
          { product: "gone", place: 1 },
        ],
        cap: [{ category: top, most: 1 }],
        exclude: [{ product: "p02" }],
      },
    });
    expect(list[0]).toMatchObject({ product: { id: "p24" }, reason: { kind: "pinned" } });
    expect(ids(list)).not.toContain("p02");
    expect(list.filter(({ product }) => product.category.split("/")[0] === top)).toHaveLength(1);
    const rules = { boost: [{ product: "p17", factor: 1000 }] };
    expect((await session.recommend({ ...all, rules }))[0]?.product.id).toBe("p17");
    await expect(session.recommend({ rules: { boost: [{ product: "p17", factor: -1 }] } })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
  });

  it("explores the same way for the same seed", async () => {
    const session = await create();
    session.engage("p01", "click");
    const lists = await Promise.all([1, 1, 2, 3].map((explore) => session.recommend({ ...all, explore })));
    expect(ids(lists[0] ?? [])).toEqual(ids(lists[1] ?? []));
    expect(new Set(lists.map((list) => ids(list).join())).size).toBeGreaterThan(1);
  });

  it("takes scores of a model that the page runs", async () => {
    const session = await create();
    await session.useScores({ p13: 9, p14: 1 });
    const list = await session.recommend(all);
    expect(list[0]).toMatchObject({ product: { id: "p13" }, reason: { kind: "suits" } });
    await session.useScores(null);
    expect((await session.recommend(all))[0]?.product.id).not.toBe("p13");
    await expect(session.useScores({ p13: Number.NaN })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });
});

describe("segments and campaigns", () => {
  const campaigns = [
    {
      id: "welcome",
      segments: { all: ["newcomer"] },
      product: "p10",
      coupon: { percent: 20, label: { zh: "新客八折", en: "20 % off for you" } },
    },
    { id: "fans", segments: { any: ["buyer"], none: ["newcomer"] }, product: "p11" },
  ];

  it("are told on the device and choose campaigns there", async () => {
    const session = await create({ manifest: { ...manifest, campaigns } });
    expect(await session.segments.matches("newcomer")).toBe(true);
    expect((await session.campaigns()).map(({ id }) => id)).toEqual(["welcome"]);
    const welcomed = (await session.recommend(all)).find(({ product }) => product.id === "p10");
    expect(welcomed?.campaign?.coupon?.label.en).toBe("20 % off for you");
    expect(welcomed?.contributions.offer).toBeGreaterThan(0);

    for (let time = 0; time < 6; time++) session.engage("p01", "buy");
    expect(await session.segments.matches("newcomer")).toBe(false);
    expect(await session.segments.matches("buyer")).toBe(true);
    expect((await session.campaigns()).map(({ id }) => id)).toEqual(["fans"]);
    const offered = (await session.recommend(all)).find(({ product }) => product.id === "p10");
    expect(offered?.campaign).toBeUndefined();
    expect(offered?.contributions.offer ?? 0).toBe(0);
  });

  it("send nothing", async () => {
    const { asked, fetching } = noting();
    const session = await create({ manifest: { ...manifest, campaigns }, fetch: fetching });
    await session.recommend();
    asked.length = 0;
    session.engage("p01", "buy");
    session.shown(["p02", "p03"]);
    await session.segments.list();
    await session.campaigns();
    await session.recommend();
    expect(asked).toEqual([]);
  });
});

describe("another manifest", () => {
  it("is ranked with the same history, and without a model that knows none of its products", async () => {
    const server = await FakeServer.start();
    const file = easeModelBytes(["p01", "p24"], [0, 5, 5, 0], "round-1") as Uint8Array<ArrayBuffer>;
    const sha256 = Buffer.from(await crypto.subtle.digest("SHA-256", file)).toString("hex");
    const model = { id: "affinity", version: "1", url: "/affinity", sha256, size: file.length };
    server.on("GET", "/affinity", { body: file });
    const body = (changed: Partial<Manifest>) => ({
      body: JSON.stringify({ ...manifest, refresh: 0.2, tasks: [], events: [], ...changed }),
    });
    const before = { models: [model] as never, products: manifest.products as never };
    const after = { models: [], products: manifest.products.slice(4, 10) as never };
    server.onSequence("GET", "/manifest.json", [body(before), body(after)]);
    const session = await create({ manifest: `${server.origin}/manifest.json` });
    session.engage("p05", "buy");
    await next(session, "manifest");
    await vi.waitFor(async () => {
      const list = await session.recommend(all);
      expect(ids(list).sort()).toEqual(["p06", "p07", "p08", "p09", "p10"]);
      expect(list.some(({ reason }) => reason.because?.id === "p05")).toBe(true);
    });
    expect(() => session.engage("p01", "click")).toThrowError(expect.objectContaining({ code: "NOT_FOUND" }));
    await server.close();
  });

  it("is refused a model of another catalogue, and both versions are named", async () => {
    const server = await FakeServer.start();
    const file = easeModelBytes(["p01", "p24"], [0, 5, 5, 0], "round-1", "spring") as Uint8Array<ArrayBuffer>;
    const sha256 = Buffer.from(await crypto.subtle.digest("SHA-256", file)).toString("hex");
    server.on("GET", "/affinity", { body: file });
    const url = `${server.origin}/affinity`;
    const session = await create({
      manifest: {
        ...manifest,
        catalogue: "autumn",
        models: [{ id: "affinity", version: "1", url, sha256, size: file.length }],
      },
    });
    const { error } = (await next(session, "error")) as { error: SottoError };
    expect(error.code).toBe("MISMATCH");
    expect(error.message).toContain("spring");
    expect(error.message).toContain("autumn");
    await server.close();
  });
});

it("a room without products loads no recommender and recommends nothing", async () => {
  const { asked, fetching } = noting();
  const session = await create({
    manifest: { ...manifest, products: [], events: [], tasks: [] },
    fetch: fetching,
  });
  expect(await session.recommend()).toEqual([]);
  expect(session.engaged.size).toBe(0);
  expect(() => session.segments).toThrowError(expect.objectContaining({ code: "NOT_FOUND" }));
  expect(asked.some((url) => url.includes("recommend"))).toBe(false);
});

it("says which file is missing where the recommender cannot be loaded, and the session goes on", async () => {
  const session = await create({ assets: { recommendWasm: "file:///no/such/recommend.wasm" } });
  await expect(session.recommend()).rejects.toMatchObject({ message: expect.stringContaining("recommend.wasm") });
  expect((await session.comments.classify("很好")).sentiment.label).toBe("positive");
});
