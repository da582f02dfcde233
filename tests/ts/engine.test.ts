// The engine's part of a room's comments: which of them become objects and cross to the page.
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Engine } from "../../sdk/ts/src/worker/engine.js";
import { commentModelFile, wasmOf } from "./support/files.js";

interface Reported {
  name: string;
  content: { comments?: unknown[]; error?: { code: string; message: string } };
}

describe("an engine without an overlay", () => {
  let engine: Engine;
  let reports: Reported[];
  beforeEach(async () => {
    reports = [];
    engine = new Engine((name, content) => reports.push({ name, content: content as Reported["content"] }));
    await engine.calls.start({ wasm: new Uint8Array(wasmOf("simd")) });
    await engine.calls.loadCommentModel({ file: new Uint8Array(readFileSync(commentModelFile)) });
  });
  afterEach(() => engine.stop());

  const frame = (content: unknown) =>
    engine.tells.frame?.({
      bytes: new TextEncoder().encode(typeof content === "string" ? content : JSON.stringify(content)),
    });
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ id: `c${index}`, at: 1, user: "momo", text: "这个多少钱？" }));
  const reported = () => reports.flatMap(({ name, content }) => (name === "comments" ? (content.comments ?? []) : []));
  const problems = () => reports.filter(({ name }) => name === "problem").map(({ content }) => content.error?.code);

  it("analyses ten thousand comments of one frame, and reports none that nobody listens to", async () => {
    frame(many(10_000));
    expect(await engine.calls.summary(null)).toMatchObject({ comments: 10_000 });
    expect(reported()).toEqual([]);
    expect(problems()).toEqual([]);
  });

  it("reports each, with its verdict, to a page that listens", async () => {
    engine.tells.listen?.(null);
    frame(many(1_000));
    await engine.calls.summary(null);
    expect(reported()).toHaveLength(1_000);
    expect(reported()[999]).toMatchObject({ comment: { id: "c999" }, verdict: { intent: { label: "price" } } });
  });

  it("skips frames that are none, and goes on", async () => {
    for (const nonsense of ["", "{", "[1]", '{"id":"a"}', "\0", "x".repeat(3 << 20)]) {
      try {
        frame(nonsense);
      } catch (error) {
        expect(["MALFORMED", "RESOURCE_EXHAUSTED"]).toContain((error as { code: string }).code);
        reports.push({ name: "problem", content: { error: error as never } });
      }
    }
    expect(problems()).toEqual([...Array(5).fill("MALFORMED"), "RESOURCE_EXHAUSTED"]);
    frame([...many(2), {}, { id: "x", at: 1, text: "\uD800 好" }]);
    expect(await engine.calls.summary(null)).toMatchObject({ comments: 3 });
  });
});
