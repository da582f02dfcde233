// What npm would publish: its files, its types, its size, and its use in plain node.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Consumer, installPacked, output, root, run } from "./support.js";

let consumer: Consumer;
beforeAll(async () => {
  consumer = await installPacked();
}, 300_000);
afterAll(() => consumer?.remove());

const bin = (name: string) => join(root, "node_modules/.bin", name);
const node = (script: string) => output(process.execPath, ["--input-type=module", "-e", script], consumer.folder);

describe("the tarball", () => {
  it("has what the exports name, and nothing that is only for us", () => {
    for (const file of [
      "package.json",
      "README.md",
      "LICENSE",
      "THIRD_PARTY_NOTICES.md",
      "dist/index.js",
      "dist/element.js",
      "dist/worker.js",
      "dist/core.js",
      "dist/recommend.js",
      "dist/federation.js",
      "dist/federation-worker.js",
      "types/index.d.ts",
      "wasm/core.simd.wasm",
      "wasm/core.mvp.wasm",
      "wasm/recommend.simd.wasm",
      "wasm/recommend.mvp.wasm",
      "wasm/federation.simd.wasm",
      "wasm/federation.mvp.wasm",
      "models/comments.bin",
    ]) {
      expect(consumer.files).toContain(file);
    }
    const allowed =
      /^(package\.json|README\.md|LICENSE|THIRD_PARTY_NOTICES\.md|dist\/[\w-]+\.js|types\/.+\.d\.ts|wasm\/(core|recommend|federation)\.(simd|mvp)\.wasm|wasm\/(core|recommend|federation)\.simd\.d\.ts|models\/comments\.bin)$/;
    expect(consumer.files.filter((file) => !allowed.test(file))).toEqual([]);
  });

  it("passes publint without a word", async () => {
    const { stdout, status } = await run(bin("publint"), ["run", consumer.tarball, "--strict"]);
    expect(stdout).toContain("All good!");
    expect(status).toBe(0);
  });

  it("passes attw for ES modules, which is all that it is", async () => {
    // `esm-only` leaves out require(): a package that is a module worker and top-level imports has no CommonJS form.
    const { stdout, stderr, status } = await run(bin("attw"), [
      ...[consumer.tarball, "--profile", "esm-only", "--no-emoji"],
    ]);
    expect(status, stdout + stderr).toBe(0);
  });

  it("stays within its size budget", async () => {
    const { stdout, status } = await run(process.execPath, [join(root, "tools/check-size.mjs")]);
    expect(status, stdout).toBe(0);
    expect(stdout).toContain("core.simd.wasm");
    expect(stdout).toContain("JavaScript");
  }, 300_000);
});

describe("in plain node", () => {
  it("every entry point for pages can be imported, and adds nothing to the globals", async () => {
    const said = await node(`
      const before = Object.getOwnPropertyNames(globalThis).join();
      const live = await import("@sotto/live");
      const core = await import("@sotto/live/core");
      const element = await import("@sotto/live/element");
      element.defineLiveOverlay();
      console.log(typeof live.LiveSession.create, typeof core.loadCore, live.version);
      console.log(Object.getOwnPropertyNames(globalThis).join() === before);
    `);
    expect(said.trim().split("\n")).toEqual(["function function 0.1.0", "true"]);
  });

  it("the core classifies", async () => {
    const said = await node(`
      import { readFileSync } from "node:fs";
      import { loadCore } from "@sotto/live/core";
      const core = await loadCore();
      const model = core.loadCommentModel(readFileSync(new URL(import.meta.resolve("@sotto/live/models/comments.bin"))));
      console.log(model.classify("东西很好，非常喜欢").sentiment.label, core.normalise("ＯＫ").text);
    `);
    expect(said.trim()).toBe("positive ok");
  });
});

describe("for TypeScript", () => {
  const example = `
    import { LiveSession, SottoError, type Verdict } from "@sotto/live";
    import { defineLiveOverlay, type LiveOverlayElement } from "@sotto/live/element";
    import { loadCore } from "@sotto/live/core";
    export async function start(video: HTMLVideoElement): Promise<Verdict> {
      const session = await LiveSession.create({ video, manifest: "/manifest.json", consent: "ask" });
      session.addEventListener("comment", ({ detail }) => console.log(detail.comment.text, detail.verdict.sentiment.score));
      session.addEventListener("error", ({ detail }) => detail.error instanceof SottoError && detail.error.code === "MISMATCH");
      // @ts-expect-error there is no such event
      session.addEventListener("nonsense", () => {});
      const element: LiveOverlayElement = document.createElement("live-overlay");
      element.options = { consent: "granted" };
      defineLiveOverlay();
      const core = await loadCore();
      const text: string = core.normalise("x").text;
      return session.comments.classify(text);
    }`;

  it.each([
    ["bundler", "esnext"],
    ["node16", "node16"],
  ])("the types hold with moduleResolution %s, libraries checked too", async (moduleResolution, module) => {
    const compilerOptions = {
      ...{ noEmit: true, strict: true, target: "es2022", lib: ["es2022", "dom", "dom.iterable"], types: [] },
      ...{ moduleResolution, module },
    };
    writeFileSync(join(consumer.folder, "example.ts"), example);
    writeFileSync(join(consumer.folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["example.ts"] }));
    expect(await run(bin("tsc"), ["-p", "."], consumer.folder)).toEqual({ status: 0, stdout: "", stderr: "" });
  });
});
