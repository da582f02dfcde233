// Manifests that are wrong, that change, and that go away.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { manifestFromCanonical } from "../../sdk/ts/src/stream/manifest.js";
import { ManifestSource } from "../../sdk/ts/src/stream/manifest-source.js";
import { FakeServer } from "./support/fake-server.js";
import { createSession, manifest, next } from "./support/session.js";

const path = "/v1/streams/tea-house/manifest.json";
let server: FakeServer;
beforeEach(async () => {
  server = await FakeServer.start();
});
afterEach(() => server.close());

describe("a session refuses a manifest", () => {
  const first = manifest.products[0];
  it.each([
    ["that is not JSON", "{", "MALFORMED", ""],
    ["with NaN", '{"version": NaN}', "MALFORMED", ""],
    ["of a later version", { ...manifest, version: 2 }, "UNSUPPORTED_VERSION", "version"],
    ["without products", { ...manifest, products: undefined }, "MALFORMED", "products"],
    [
      "with a price that is text",
      { ...manifest, products: [{ ...first, price: { amount: "98", currency: "CNY" } }], events: [], tasks: [] },
      "MALFORMED",
      "manifest.products[0].price.amount",
    ],
    ["with an event of an unknown product", { ...manifest, products: [first] }, "MALFORMED", "manifest.events"],
    [
      "with a repeated product",
      { ...manifest, products: [first, first], events: [], tasks: [] },
      "MALFORMED",
      "products[1].id",
    ],
    ["above 4 MiB", `{"version": 1, "x": "${"x".repeat(4 << 20)}"}`, "RESOURCE_EXHAUSTED", ""],
  ])("%s, naming what and where", async (_, value, code, where) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    server.on("GET", path, { body: text });
    await expect(createSession({ manifest: server.origin + path })).rejects.toMatchObject({
      name: "SottoError",
      code,
      message: expect.stringContaining(where),
    });
  });

  it("that is not UTF-8", async () => {
    server.on("GET", path, { body: Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d) });
    await expect(createSession({ manifest: server.origin + path })).rejects.toMatchObject({ code: "MALFORMED" });
  });

  it("object that JSON cannot say, naming the field", async () => {
    await expect(createSession({ manifest: { ...manifest, refresh: Number.NaN } })).rejects.toMatchObject({
      code: "MALFORMED",
      message: expect.stringContaining("refresh"),
    });
  });

  it("address that is none", async () => {
    await expect(createSession({ manifest: "::" })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  it("that is not served, naming address and status", async () => {
    server.on("GET", path, { status: 503 });
    await expect(createSession({ manifest: server.origin + path })).rejects.toMatchObject({
      code: "HTTP_STATUS",
      message: expect.stringContaining(`${server.origin}${path} answered 503`),
    });
  });
});

it("takes a manifest as an object, as JSON and as a URL, and ignores fields that it does not know", async () => {
  const later = { ...manifest, novelty: { a: [1] } };
  server.on("GET", path, { body: JSON.stringify(later) });
  for (const form of [later, JSON.stringify(later), server.origin + path, new URL(server.origin + path)]) {
    const session = await createSession({ manifest: form });
    expect(session.manifest.stream).toBe("tea-house");
    expect(session.products).toHaveLength(24);
    await session.dispose();
  }
});

it("makes URLs absolute, the comments' one a WebSocket's", () => {
  const given = {
    ...manifest,
    campaigns: [{ id: "all", segments: { all: [], any: [], none: [] }, product: "p01", from: 0, until: 0 }],
    hls: "master.m3u8",
    comments: "comments",
    models: [{ id: "affinity", version: "1", url: "/v1/models/affinity/1", sha256: "", size: 1 }],
  };
  const read = manifestFromCanonical(JSON.stringify(given), "https://live.example/v1/streams/tea-house/manifest.json");
  expect(read.hls).toBe("https://live.example/v1/streams/tea-house/master.m3u8");
  expect(read.comments).toBe("wss://live.example/v1/streams/tea-house/comments");
  expect(read.campaigns[0]).not.toHaveProperty("until"); // 0 in the core's JSON: no end
  expect(read.products[0]?.image).toBe("https://live.example/v1/streams/tea-house/products/p01.svg");
  expect(read.models[0]?.url).toBe("https://live.example/v1/models/affinity/1");
  expect(read.tasks[0]).toMatchObject({ url: "https://live.example/v1/tasks/affinity-1/updates" });
});

describe("a manifest is read again", () => {
  it("by its ETag, and 304 changes nothing", async () => {
    server.on("GET", path, ({ headers }) =>
      headers["if-none-match"] === '"a"' ? { status: 304 } : { headers: { etag: '"a"' }, body: "{}" },
    );
    const source = new ManifestSource(server.origin + path);
    expect(await source.read()).toBe("{}");
    expect(await source.read()).toBeUndefined();
    expect(server.received[1]?.headers["if-none-match"]).toBe('"a"');
  });

  it("and the same bytes without an ETag change nothing either", async () => {
    server.on("GET", path, { body: "{}" });
    const source = new ManifestSource(server.origin + path);
    expect(await source.read()).toBe("{}");
    expect(await source.read()).toBeUndefined();
  });

  it("and what is new comes into use", async () => {
    server.onSequence("GET", path, [
      { body: JSON.stringify({ ...manifest, refresh: 1 }) },
      { body: JSON.stringify({ ...manifest, refresh: 0, title: { zh: "新", en: "new" } }) },
    ]);
    const session = await createSession({ manifest: server.origin + path });
    await next(session, "manifest");
    expect(session.manifest.title.en).toBe("new");
    await session.dispose();
  });

  it("quietly again when the server is gone in between", async () => {
    const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
    server.onSequence("GET", path, [
      { body: JSON.stringify({ ...manifest, refresh: 1 }) },
      { drop: true },
      { body: JSON.stringify({ ...manifest, refresh: 0, title: { zh: "新", en: "new" } }) },
    ]);
    const session = await createSession({ manifest: server.origin + path, logger });
    const errors = vi.fn();
    session.addEventListener("error", errors);
    await next(session, "manifest");
    expect(session.manifest.title.en).toBe("new");
    expect(errors).not.toHaveBeenCalled();
    expect(logger.warn).toHaveBeenCalledTimes(1);
    await session.dispose();
  });

  it("and a broken one is an error event while the old one stays", async () => {
    server.onSequence("GET", path, [{ body: JSON.stringify({ ...manifest, refresh: 1 }) }, { body: "{" }]);
    const session = await createSession({ manifest: server.origin + path });
    expect(await next(session, "error")).toMatchObject({ error: { code: "MALFORMED" } });
    expect(session.products).toHaveLength(24);
    expect((await session.recommend()).length).toBeGreaterThan(0);
    await session.dispose();
  });

  it("and one of another stream is refused", async () => {
    server.onSequence("GET", path, [
      { body: JSON.stringify({ ...manifest, refresh: 1 }) },
      { body: JSON.stringify({ ...manifest, refresh: 1, stream: "other" }) },
    ]);
    const session = await createSession({ manifest: server.origin + path });
    expect(await next(session, "error")).toMatchObject({ error: { code: "MISMATCH" } });
    expect(session.manifest.stream).toBe("tea-house");
    await session.dispose();
  });
});
