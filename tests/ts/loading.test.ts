// Assets that are not what they should be: each mistake is named with its address and what to do.
import { readFileSync } from "node:fs";
import { type Core, loadCore } from "@sotto/live/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasSimd } from "../../sdk/ts/src/core/simd.js";
import { FakeServer } from "./support/fake-server.js";
import { commentModelFile, variants, wasmOf } from "./support/files.js";
import { createSession, manifest } from "./support/session.js";

let server: FakeServer;
let core: Core;
beforeAll(async () => {
  server = await FakeServer.start();
  core = await loadCore({ wasm: wasmOf("simd") });
});
afterAll(() => server.close());

const url = (path: string) => `${server.origin}${path}`;
const sha256 = async (bytes: Uint8Array<ArrayBuffer>) =>
  Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");

describe("loadCore", () => {
  it("finds the package's own file in node, and classifies", async () => {
    const own = await loadCore();
    const model = own.loadCommentModel(readFileSync(commentModelFile));
    expect(model.classify("东西很好，非常喜欢").sentiment.label).toBe("positive");
    expect(model.classify("质量太差了，很失望").sentiment.label).toBe("negative");
    model.dispose();
  });

  it.each(variants)("loads core.%s.wasm over HTTP", async (variant) => {
    server.on("GET", "/core.wasm", { headers: { "content-type": "application/wasm" }, body: wasmOf(variant) });
    const fetched = await loadCore({ wasm: url("/core.wasm") });
    expect(fetched.normalise("ＯＫ").text).toBe("ok");
  });

  it("names address, MIME type and fix when HTML is served as the wasm", async () => {
    server.on("GET", "/app/core.wasm", { headers: { "content-type": "text/html" }, body: "<!doctype html><title>App" });
    await expect(loadCore({ wasm: url("/app/core.wasm") })).rejects.toMatchObject({
      code: "ASSET_INVALID",
      message: `${url("/app/core.wasm")} answered with HTML (Content-Type text/html)`,
      hint: expect.stringContaining("assets.wasm"),
    });
  });

  it("names address and size when something else is served as the wasm", async () => {
    server.on("GET", "/other", { body: new Uint8Array(12) });
    await expect(loadCore({ wasm: url("/other") })).rejects.toMatchObject({
      code: "ASSET_INVALID",
      message: expect.stringContaining("12 bytes that are not WebAssembly"),
    });
  });

  it("names address and status of a missing file", async () => {
    await expect(loadCore({ wasm: url("/missing.wasm") })).rejects.toMatchObject({
      code: "HTTP_STATUS",
      message: expect.stringContaining(`${url("/missing.wasm")} answered 404`),
    });
  });

  it("names the address of a server that is not there", async () => {
    await expect(loadCore({ wasm: "http://127.0.0.1:1/core.wasm" })).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining("http://127.0.0.1:1/core.wasm"),
    });
  });

  it("refuses a truncated file", async () => {
    const half = wasmOf("simd").subarray(0, 5000);
    await expect(loadCore({ wasm: half })).rejects.toMatchObject({ code: "ASSET_INVALID" });
  });

  it("refuses another build, naming both", async () => {
    const bytes = wasmOf("simd");
    const at = Buffer.from(bytes).lastIndexOf(core.buildId);
    expect(at).toBeGreaterThan(0);
    const other = `${"0.0.9-"}${"0".repeat(core.buildId.length - 6)}`;
    for (let from = 0; ; ) {
      const found = Buffer.from(bytes).indexOf(core.buildId, from);
      if (found < 0) break;
      bytes.set(Buffer.from(other), found);
      from = found + 1;
    }
    await expect(loadCore({ wasm: bytes })).rejects.toMatchObject({
      code: "ASSET_MISMATCH",
      message: `core.wasm was built as ${other}, this JavaScript expects ${core.buildId}`,
      hint: "Copy dist/ and wasm/ from the same version of @sotto/live.",
    });
  });

  it("refuses WebAssembly that is not ours", async () => {
    const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
    await expect(loadCore({ wasm: empty })).rejects.toMatchObject({ code: "ASSET_MISMATCH" });
  });

  it("rejects with the signal's reason", async () => {
    const reason = new Error("changed my mind");
    await expect(loadCore({ signal: AbortSignal.abort(reason), wasm: wasmOf("simd") })).rejects.toBe(reason);
  });
});

it("tells SIMD by a probe that this engine validates", () => {
  expect(hasSimd()).toBe(true);
});

describe("a session's models", () => {
  const file = new Uint8Array(readFileSync(commentModelFile));
  const named = async (changed: object) => ({
    ...manifest,
    models: [
      {
        id: "comments",
        version: "1",
        url: url("/comments"),
        sha256: await sha256(file),
        size: file.length,
        ...changed,
      },
    ],
  });

  it("are the ones that the manifest names", async () => {
    server.on("GET", "/comments", { body: file });
    const session = await createSession({ manifest: await named({}) });
    expect((await session.comments.classify("东西很好，非常喜欢")).sentiment.label).toBe("positive");
    await session.dispose();
  });

  it("are refused when truncated", async () => {
    server.on("GET", "/comments", { body: file.subarray(0, 1000) });
    await expect(createSession({ manifest: await named({}) })).rejects.toMatchObject({ code: "TRUNCATED" });
  });

  it("are refused when larger than announced", async () => {
    server.on("GET", "/comments", { body: Buffer.concat([file, file]) });
    await expect(createSession({ manifest: await named({}) })).rejects.toMatchObject({ code: "RESOURCE_EXHAUSTED" });
  });

  it("are refused with another SHA-256, naming both", async () => {
    const damaged = file.slice();
    damaged[500] = (damaged[500] as number) ^ 1;
    server.on("GET", "/comments", { body: damaged });
    await expect(createSession({ manifest: await named({}) })).rejects.toMatchObject({
      code: "MISMATCH",
      message: expect.stringMatching(/has SHA-256 [0-9a-f]{64}, the manifest says [0-9a-f]{64}/),
    });
  });

  it("are refused by the core when the bytes are not a model", async () => {
    const noise = new Uint8Array(2000).fill(7);
    server.on("GET", "/comments", { body: noise });
    const changed = await named({ sha256: await sha256(noise), size: noise.length });
    await expect(createSession({ manifest: changed })).rejects.toMatchObject({ code: "MALFORMED" });
  });

  it("can be overridden by the page", async () => {
    server.on("GET", "/mine.bin", { body: file });
    const session = await createSession({
      manifest: await named({ url: url("/missing") }),
      assets: { commentModel: url("/mine.bin") },
    });
    expect((await session.comments.classify("质量太差了，很失望")).sentiment.label).toBe("negative");
    await session.dispose();
  });
});
