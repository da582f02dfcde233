// The network: waiting, retrying, and naming what went wrong.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { backoffDelay, retryAfter, wait } from "../../sdk/ts/src/net/backoff.js";
import { fetchBytes } from "../../sdk/ts/src/net/fetch-bytes.js";
import { sha256Hex } from "../../sdk/ts/src/net/sha256.js";
import { FakeServer } from "./support/fake-server.js";

describe("backoff", () => {
  it("doubles up to its cap, with half of it left to chance", () => {
    const delays = (random: number) =>
      [0, 1, 2, 3, 10].map((attempt) => backoffDelay(attempt, { base: 100, cap: 1000, random: () => random }));
    expect(delays(0)).toEqual([50, 100, 200, 400, 500]);
    expect(delays(0.999_999)).toEqual([100, 200, 400, 800, 1000].map((most) => expect.closeTo(most, 2)));
  });

  it("reads Retry-After as seconds and as a date, and nothing else", () => {
    const of = (value: string) => retryAfter(new Headers({ "retry-after": value }), Date.parse("2026-01-01T00:00:00Z"));
    expect(of("7")).toBe(7000);
    expect(of("Thu, 01 Jan 2026 00:00:09 GMT")).toBe(9000);
    expect(of("Thu, 01 Jan 2015 00:00:00 GMT")).toBe(0);
    expect(of("soon")).toBeUndefined();
    expect(of("-1")).not.toBe(-1000);
    expect(retryAfter(new Headers())).toBeUndefined();
  });

  it("stops waiting when the signal aborts", async () => {
    const controller = new AbortController();
    const waiting = wait(60_000, controller.signal);
    controller.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    await expect(wait(1, controller.signal)).rejects.toThrow("enough");
    await wait(1);
  });
});

describe("SHA-256", () => {
  const abc = new TextEncoder().encode("abc");
  const digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-4, example 1

  it("is right by WebCrypto, and by itself where a page has none", async () => {
    expect(await sha256Hex(abc)).toBe(digest);
    expect(await sha256Hex(abc, null)).toBe(digest);
  });

  it("without WebCrypto agrees with it on long input", async () => {
    const bytes = Uint8Array.from({ length: 100_003 }, (_, index) => index * 31);
    expect(await sha256Hex(bytes, null)).toBe(await sha256Hex(bytes));
  });
});

describe("fetchBytes", () => {
  let server: FakeServer;
  beforeEach(async () => {
    server = await FakeServer.start();
  });
  afterEach(() => server.close());

  it("reads a whole body with its type", async () => {
    server.on("GET", "/a", { headers: { "content-type": "text/plain" }, body: "hello" });
    const { bytes, type } = await fetchBytes(`${server.origin}/a`, { what: "a" });
    expect(Buffer.from(bytes).toString()).toBe("hello");
    expect(type).toBe("text/plain");
  });

  it("refuses what is too large, by its announced length and by its real one", async () => {
    const body = Buffer.alloc(100);
    server.on("GET", "/announced", { headers: { "content-length": "100" }, body });
    server.on("GET", "/chunked", { headers: { "transfer-encoding": "chunked" }, body });
    for (const path of ["/announced", "/chunked"]) {
      await expect(fetchBytes(server.origin + path, { what: "it", maxBytes: 99 })).rejects.toMatchObject({
        code: "RESOURCE_EXHAUSTED",
        message: expect.stringContaining(server.origin + path),
        hint: expect.stringMatching(/./),
      });
      expect((await fetchBytes(server.origin + path, { what: "it", maxBytes: 100 })).bytes).toHaveLength(100);
    }
  });

  it("names a body that breaks off", async () => {
    server.on("GET", "/short", { headers: { "content-length": "100" }, body: "abc" });
    const pending = fetchBytes(`${server.origin}/short`, { what: "the model", signal: AbortSignal.timeout(5000) });
    setTimeout(() => void server.close(), 100);
    await expect(pending).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining(`the model broke off while it was read from ${server.origin}/short`),
      hint: expect.stringMatching(/./),
    });
    server = await FakeServer.start();
  });
});
