// A session's life: what it offers, what it refuses, how it ends.
import { LiveSession, SottoError, version } from "@sotto/live";
import { IDBDatabase, IDBFactory } from "fake-indexeddb";
import { afterEach, describe, expect, it, vi } from "vitest";
import { easeModelBytes } from "./support/ease-file.js";
import { FakeServer } from "./support/fake-server.js";
import { roomComments } from "./support/files.js";
import { createSession, FakeVideo, manifest, next, silent } from "./support/session.js";

const sessions: LiveSession[] = [];
const create: typeof createSession = async (options) => {
  const session = await createSession(options);
  sessions.push(session);
  return session;
};
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.dispose();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("comments", () => {
  it("are judged one by one and in batches, the same", async () => {
    const session = await create();
    const texts = roomComments().slice(0, 100);
    const batch = await session.comments.classify(texts);
    expect(batch).toHaveLength(100);
    for (const [index, text] of texts.entries()) expect(await session.comments.classify(text)).toEqual(batch[index]);
  });

  it("are explained by parts of their own text", async () => {
    const session = await create();
    const text = "主播太棒了👍 但是物流很慢";
    const { verdict, head, label, bias, evidence } = await session.comments.explain(text);
    expect(verdict).toEqual(await session.comments.classify(text));
    expect([head, label]).toEqual(["sentiment", verdict.sentiment.label]);
    expect(Number.isFinite(bias)).toBe(true);
    expect(evidence.length).toBeGreaterThan(0);
    let last = 0;
    for (const { begin, end } of evidence) {
      expect(begin).toBeGreaterThanOrEqual(last);
      expect(end).toBeGreaterThan(begin);
      expect(end).toBeLessThanOrEqual(text.length);
      last = end;
    }
  });

  it("are judged by five heads", async () => {
    const session = await create();
    const verdict = await session.comments.classify("这个绿茶多少钱一罐？");
    expect(Object.keys(verdict)).toEqual(["sentiment", "emotion", "intent", "toxicity", "language"]);
    expect(verdict.intent.label).toBe("price");
    expect(verdict.toxicity.label).toBe("none");
    expect(verdict.language.label).toBe("zh");
    expect(Math.abs(verdict.sentiment.score)).toBeLessThanOrEqual(1);
    for (const { confidence, abstains } of Object.values(verdict)) {
      expect(confidence).toBeGreaterThanOrEqual(0);
      expect(confidence).toBeLessThanOrEqual(1);
      expect(abstains).toBeTypeOf("boolean");
    }
  });

  it("are explained for any label of any head, the sum being its score", async () => {
    const session = await create();
    const text = "主播太棒了👍 但是物流很慢";
    const asked = [
      { head: "emotion", label: "anger" },
      { head: "intent" },
      { head: "intent", label: "after_sales" },
      { head: "toxicity", label: "spam" },
      { head: "language", label: "en" },
      { label: "negative" },
    ] as const;
    for (const of of asked) {
      const { verdict, z, bias, evidence, ...explained } = await session.comments.explain(text, of);
      expect(explained).toEqual({ head: "sentiment", label: verdict.intent.label, ...of });
      const sum = evidence.reduce((total, { weight }) => total + weight, bias);
      expect(sum).toBeCloseTo(z, 3);
    }
  });

  it("are not explained for a head or a label that there is not, and the error lists them", async () => {
    const session = await create();
    const head = session.comments.explain("好", { head: "mood" as never });
    await expect(head).rejects.toMatchObject({ code: "INVALID_ARGUMENT", hint: expect.stringContaining("emotion") });
    const label = session.comments.explain("好", { head: "emotion", label: "price" });
    await expect(label).rejects.toMatchObject({ code: "INVALID_ARGUMENT", hint: expect.stringContaining("joy") });
  });

  it("abstain below the page's thresholds, which replace those of the model", async () => {
    const session = await create();
    const text = "主播多少钱啊";
    const before = await session.comments.classify(text);
    await session.comments.setThresholds({ sentiment: 1, intent: 1 });
    const strict = await session.comments.classify(text);
    expect([strict.sentiment.abstains, strict.intent.abstains]).toEqual([true, true]);
    expect(strict.language).toEqual(before.language);
    await session.comments.setThresholds({ intent: 0 });
    const lax = await session.comments.classify(text);
    expect([lax.sentiment.abstains, lax.intent.abstains]).toEqual([before.sentiment.abstains, false]);
    for (const wrong of [2, -0.1, Number.NaN]) {
      await expect(session.comments.setThresholds({ emotion: wrong })).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
      });
    }
    expect(await session.comments.classify(text)).toEqual(lax);
  });

  it("of the page's own source are analysed, neither shown nor reported", async () => {
    const session = await create();
    const reported = vi.fn();
    session.addEventListener("comment", reported);
    session.comments.observe([
      { text: "高山绿茶多少钱", at: 10, viewer: "momo" },
      { text: "高山绿茶多少钱啊", at: 11, viewer: "lily" },
      { text: "高山绿茶太好喝了，喜欢", at: 12 },
    ]);
    const summary = await session.comments.summary();
    expect(summary).toMatchObject({ comments: 3, leftOut: 0 });
    expect(summary.at).toBeGreaterThanOrEqual(12);
    expect(summary.questions[0]).toMatchObject({ viewers: 2, since: 10 });
    expect(summary.questions[0]?.text).toContain("多少钱");
    expect(summary.intents.price).toBeGreaterThan(1.5);
    expect(summary.products.map(({ id }) => id)).toEqual(manifest.products.map(({ id }) => id));
    expect(summary.products.find(({ mentions }) => mentions > 0)?.id).toBe("p01");
    expect(summary.mood.buckets.at(-1)?.comments).toBe(3);
    expect(reported).not.toHaveBeenCalled();
  });

  it("that many ask alike are an event", async () => {
    const session = await create();
    const trending = next(session, "trending");
    session.comments.observe(
      Array.from({ length: 12 }, (_, index) => ({ text: "有没有红色的？", at: index, viewer: `viewer ${index}` })),
    );
    expect(await trending).toMatchObject({ question: { text: expect.stringContaining("红色") } });
  });

  it("that come in a burst, or change the mood, are events", async () => {
    const session = await create();
    const burst = next(session, "burst");
    const changed = next(session, "moodchange");
    const said = (count: number, from: number, text: string, each = 1) =>
      Array.from({ length: count }, (_, index) => ({ text, at: from + index * each }));
    session.comments.observe([
      ...said(300, 0, "很好喝，喜欢"),
      ...said(400, 300, "太差了，很失望，退货", 0.05),
      ...said(200, 320, "太差了，很失望，退货"),
    ]);
    await session.comments.summary();
    expect(await burst).toMatchObject({ began: true, rate: expect.any(Number) });
    const { from, to } = (await changed) as { from: number; to: number };
    expect(from).toBeGreaterThan(0);
    expect(to).toBeLessThan(0);
  });

  it("by the hundred thousand are judged in their order", async () => {
    const session = await create();
    const texts = Array.from({ length: 100_000 }, (_, index) => (index % 2 ? "hello everyone" : "好吃"));
    const verdicts = await session.comments.classify(texts);
    expect(verdicts).toHaveLength(100_000);
    expect(verdicts[99_999]).toEqual(await session.comments.classify("hello everyone"));
    expect(verdicts[99_998]).toEqual(await session.comments.classify("好吃"));
  }, 60_000);

  it("with lone surrogates are text like any other", async () => {
    const session = await create();
    expect(await session.comments.classify("好\uD800")).toEqual(await session.comments.classify("好\uFFFD"));
  });

  it("above 64 KiB are refused", async () => {
    const session = await create();
    await expect(session.comments.classify("茶".repeat(30_000))).rejects.toMatchObject({ code: "RESOURCE_EXHAUSTED" });
  });

  it("cannot be sent without a room, nor empty, nor beyond 4,096 bytes", async () => {
    const session = await create();
    expect(session.comments.connection).toBe("none");
    await expect(session.comments.send("hello")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(session.comments.send(" ")).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expect(session.comments.send("茶".repeat(1400))).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });
});

describe("recommendations", () => {
  it("begin with what is in the room and then follow what the viewer did, saying why", async () => {
    const session = await create();
    const before = await session.recommend({ k: 5 });
    expect(before).toHaveLength(5);
    expect(before[0]?.reason).toEqual({ kind: "listed", text: { zh: "直播间商品", en: "In this room" } });
    session.engage("p01", "buy");
    const [first] = await session.recommend({ k: 5 });
    expect(first?.product.id).not.toBe("p01");
    expect(first?.reason.kind).toBe("similar");
    expect(first?.reason.because?.id).toBe("p01");
    expect(first?.reason.text.zh).toContain("明前高山绿茶");
    expect(first?.contentShare).toBe(1);
  });

  it("are announced after an engagement", async () => {
    const session = await create();
    const announced = next(session, "recommendations");
    session.engage("p03", "click");
    expect(await announced).toMatchObject({ recommendations: expect.arrayContaining([expect.anything()]) });
  });

  it("follow the room's model as soon as a manifest names one", async () => {
    const server = await FakeServer.start();
    // In this model p24 goes with p01, and with nothing else.
    const ids = ["p01", "p24", "p03"];
    const file = easeModelBytes(ids, [0, 5, 0, 5, 0, 0, 0, 0, 0], "round-1") as Uint8Array<ArrayBuffer>;
    const digest = Buffer.from(await crypto.subtle.digest("SHA-256", file)).toString("hex");
    const url = `${server.origin}/affinity`;
    server.on("GET", "/affinity", { body: file });
    const model = { id: "affinity", version: "1", url, sha256: digest, size: file.length };
    const session = await createSession({ manifest: { ...manifest, models: [model] } });
    expect(await next(session, "model")).toEqual({ id: "affinity", version: "round-1" });
    const kinds = (await session.recommend({ k: 3, diversity: 0 })).map(({ product, reason }) => [
      product.id,
      reason.kind,
    ]);
    expect(kinds).toEqual([
      ["p01", "popular"],
      ["p24", "popular"],
      ["p02", "listed"],
    ]);
    session.engage("p01", "buy");
    const together = (await session.recommend({ k: 24 })).find(({ product }) => product.id === "p24");
    expect(together?.reason).toMatchObject({ kind: "together", because: { id: "p01" } });
    expect(together?.contentShare).toBeLessThan(1);
    await session.dispose();
    await server.close();
  });

  it("follow a model that could not be fetched at first, as long as the manifest names it", async () => {
    const server = await FakeServer.start();
    const file = easeModelBytes(["p01", "p24"], [0, 5, 5, 0], "round-1") as Uint8Array<ArrayBuffer>;
    const sha256 = Buffer.from(await crypto.subtle.digest("SHA-256", file)).toString("hex");
    const model = { id: "affinity", version: "1", url: "/affinity", sha256, size: file.length };
    server.on("GET", "/manifest.json", { body: JSON.stringify({ ...manifest, refresh: 1, models: [model] }) });
    server.onSequence("GET", "/affinity", [{ status: 503 }, { body: file }]);
    const session = await create({ manifest: `${server.origin}/manifest.json` });
    expect(await next(session, "error")).toMatchObject({ error: { code: "HTTP_STATUS" } });
    expect(await next(session, "model")).toEqual({ id: "affinity", version: "round-1" });
    await server.close();
  });

  it("refuse k below 1, unknown products and unknown engagements", async () => {
    const session = await create();
    await expect(session.recommend({ k: 0 })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(() => session.engage("p99", "click")).toThrowError(expect.objectContaining({ code: "NOT_FOUND" }));
    expect(() => session.engage("p01", "like" as never)).toThrowError(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  });
});

it("tells when a product comes on stage", async () => {
  const video = new FakeVideo();
  const session = await create({ video });
  const onStage = next(session, "product");
  video.currentTime = 5;
  video.dispatchEvent(new Event("seeked"));
  expect(await onStage).toMatchObject({ product: { id: "p02" }, start: 4, end: 15, event: { id: "e01" } });
});

it("without an overlay takes everything that is shown, and shows nothing", async () => {
  const { overlay } = await create();
  expect(overlay.enabled).toBe(false);
  expect(overlay.push({ text: "hello", id: "a" })).toBe("a");
  expect(await overlay.loadRecording([{ text: "hello", at: 1 }])).toEqual({ shown: 0, dropped: [] });
  const image = { close: vi.fn() };
  overlay.setHost({ rectangle: { x: 0, y: 0, width: 1, height: 1 }, image: image as unknown as ImageBitmap });
  expect(image.close).toHaveBeenCalledOnce();
  expect(await overlay.pick(1, 1)).toBeNull();
  await expect(overlay.capture()).rejects.toMatchObject({ code: "UNAVAILABLE" });
});

describe("dispose", () => {
  it("can be called twice, and closes everything that was open: socket, database, timers", async () => {
    vi.stubGlobal("indexedDB", new IDBFactory());
    const databases = vi.spyOn(IDBDatabase.prototype, "close");
    const sockets: { close: ReturnType<typeof vi.fn> }[] = [];
    vi.stubGlobal(
      "WebSocket",
      class {
        close = vi.fn();
        constructor() {
          sockets.push(this);
        }
      },
    );
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    const session = await create({
      storage: "indexeddb",
      consent: "granted",
      contributions: "auto",
      manifest: { ...manifest, comments: "ws://room" },
    });
    await expect.poll(() => sockets.length).toBe(1);
    // The schedule's, and the contribution's, whose code is loaded first.
    await expect.poll(() => timers() - before).toBeGreaterThanOrEqual(2);
    await session.dispose();
    await session.dispose();
    expect(session.state).toBe("disposed");
    expect(session.comments.connection).toBe("closed");
    expect(databases).toHaveBeenCalledOnce();
    expect(sockets[0]?.close).toHaveBeenCalledOnce();
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it("makes every later use an error that says so", async () => {
    const session = await create();
    await session.dispose();
    const disposed = expect.objectContaining({ code: "DISPOSED" });
    await expect(session.comments.classify("x")).rejects.toEqual(disposed);
    await expect(session.recommend()).rejects.toEqual(disposed);
    expect(() => session.engage("p01", "click")).toThrowError(disposed);
    expect(() => session.ledger).toThrowError(disposed);
    expect(() => session.manifest).toThrowError(disposed);
  });

  it("rejects calls that are on their way", async () => {
    const session = await create();
    const pending = session.comments.classify(roomComments());
    await session.dispose();
    await expect(pending).rejects.toMatchObject({ code: "DISPOSED" });
  });

  it("is what `await using` calls", async () => {
    const session = await create();
    await session[Symbol.asyncDispose]();
    expect(session.state).toBe("disposed");
  });

  it("follows the signal of create()", async () => {
    const controller = new AbortController();
    const session = await create({ signal: controller.signal });
    controller.abort();
    expect(session.state).toBe("disposed");
  });
});

describe("create", () => {
  it("rejects with the signal's reason, before it starts and while it does", async () => {
    await expect(create({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
    const controller = new AbortController();
    const never: typeof fetch = (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
      });
    const pending = create({ signal: controller.signal, fetch: never, manifest: "http://127.0.0.1/manifest.json" });
    controller.abort();
    await expect(pending).rejects.toMatchObject({ name: "AbortError" });
  });

  it("uses the page's fetch for everything that it requests", async () => {
    const asked: string[] = [];
    const { readFile } = await import("node:fs/promises");
    const own: typeof fetch = async (input) => {
      asked.push(String(input).replace(/.*\//, ""));
      const url = new URL(String(input));
      return url.protocol === "file:"
        ? new Response(await readFile(url))
        : new Response(JSON.stringify(manifest), { headers: { "content-type": "application/json" } });
    };
    await create({ fetch: own, manifest: "https://live.example/manifest.json" });
    expect(asked.sort()).toEqual(["comments.bin", "core.simd.wasm", "manifest.json", "recommend.simd.wasm"]);
  });

  it("rejects options that make no sense", async () => {
    await expect(LiveSession.create({ manifest } as never)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expect(create({ budget: { rho: -1 } })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expect(create({ manifest: 7 as never })).rejects.toBeInstanceOf(Error);
    await expect(create({ locale: "de" })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  it("takes any tag of Chinese or English", async () => {
    const session = await create({ locale: "zh-CN" });
    session.setLocale("en-GB");
    session.setLocale("zh");
    for (const tag of ["", "enm", "ja"]) {
      expect(() => session.setLocale(tag)).toThrowError(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
    }
  });

  it("closes the database when another part does not start", async () => {
    vi.stubGlobal("indexedDB", new IDBFactory());
    const opened = vi.spyOn(IDBFactory.prototype, "open");
    const closed = vi.spyOn(IDBDatabase.prototype, "close");
    const failed = create({ storage: "indexeddb", assets: { wasm: "file:///no/such/core.wasm" } });
    await expect(failed).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(opened).toHaveBeenCalledOnce();
    await expect.poll(() => closed.mock.calls.length).toBe(1);
  });

  it("does without IndexedDB, and says so", async () => {
    const warn = vi.fn();
    const session = await create({ storage: "indexeddb", logger: { ...silent, warn } });
    session.engage("p01", "click");
    expect(warn).toHaveBeenCalledOnce();
    session.consent.grant();
    await expect(session.ledger.contribute()).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });
});

it("has the version of its package", async () => {
  const { default: packageJson } = await import("../../sdk/ts/package.json", { with: { type: "json" } });
  expect(version).toBe(packageJson.version);
});

it("says errors in one line with code and hint", () => {
  const error = new SottoError("NOT_FOUND", "no such thing", { hint: "Look elsewhere.", cause: 7 });
  expect(String(error)).toBe("NOT_FOUND: no such thing Look elsewhere.");
  expect(error).toBeInstanceOf(Error);
  expect(error.cause).toBe(7);
  expect(String(new SottoError("NOT_FOUND", "nothing"))).toBe("NOT_FOUND: nothing");
});
