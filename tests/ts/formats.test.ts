// Recordings of other systems, through the package as a page uses it.
import { type Core, loadCore, type RecordedComment, type SottoError } from "@sotto/live/core";
import { beforeAll, describe, expect, it } from "vitest";
import { Engine } from "../../sdk/ts/src/worker/engine.js";
import { fuzzSeeds, variants, wasmOf } from "./support/files.js";

const seeds = fuzzSeeds(/^formats_/);
const everyField: RecordedComment[] = [
  { at: 0.25, text: "自由 {\\an8}", id: "c1", user: "A", mode: "free", x: 0.25, y: 0.5, color: "#ff8800", size: 1.5 },
  { at: 1.000001, text: 'a "quoted" \\ text', mode: "bottom", duration: 4 },
  { at: 2, text: "plain" },
];

function errorOf(work: () => unknown): SottoError {
  try {
    work();
  } catch (error) {
    return error as SottoError;
  }
  throw new Error("nothing was thrown");
}

describe.each(variants)("core.%s.wasm", (variant) => {
  let core: Core;
  beforeAll(async () => {
    core = await loadCore({ wasm: wasmOf(variant) });
  });

  it.each(seeds)("reads $name by its content, from bytes and from text", ({ name, bytes }) => {
    const imported = core.importComments(bytes);
    expect(name).toContain(imported.format);
    expect(imported.comments.length).toBeGreaterThan(0);
    const times = imported.comments.map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(core.importComments(bytes.toString())).toEqual(imported);
    expect(core.importComments(new Uint8Array(bytes).buffer, imported.format)).toEqual(imported);
  });

  it("gives back exactly what it wrote as its own JSON", () => {
    const { format, comments, skipped } = core.importComments(core.exportComments(everyField, "sotto"));
    expect({ format, comments, skipped }).toEqual({ format: "sotto", comments: everyField, skipped: 0 });
  });

  it("writes subtitles that it reads back with text, time and mode", () => {
    const { comments } = core.importComments(core.exportComments(everyField, "ass"), "ass");
    expect(comments.map(({ text, mode, at }) => [text, mode, at])).toEqual(
      everyField.map(({ text, mode, at }) => [text, mode, Math.round(at * 100) / 100]),
    );
  });

  it("takes colours of CSS that it cannot write for none, and lone surrogates for U+FFFD", () => {
    const odd = [{ at: 1, text: "a\ud800", color: "rebeccapurple", own: true }];
    expect(core.importComments(core.exportComments(odd, "sotto")).comments).toEqual([{ at: 1, text: "a\uFFFD" }]);
  });

  it("says why a comment was skipped, and where", () => {
    const { skipped, problems } = core.importComments('[[1,0,1,"u","a"],[-1,0,1,"u","b"]]');
    expect({ skipped, problems }).toEqual({ skipped: 1, problems: [{ place: 2, message: "its time is negative" }] });
  });

  it("refuses files and calls that it cannot serve, with code, message and hint", () => {
    expect(errorOf(() => core.importComments("hello"))).toMatchObject({
      code: "MALFORMED",
      hint: expect.stringContaining("Bilibili"),
    });
    expect(errorOf(() => core.importComments("<!DOCTYPE i><i/>")).message).toContain("line 1, column 1");
    expect(errorOf(() => core.importComments("<i><d>")).code).toBe("TRUNCATED");
    expect(errorOf(() => core.importComments("[]", "srt" as "ass")).code).toBe("INVALID_ARGUMENT");
    expect(errorOf(() => core.exportComments([], "bilibili" as "ass")).code).toBe("INVALID_ARGUMENT");
    expect(errorOf(() => core.exportComments([{ at: Number.NaN, text: "a" }], "ass")).message).toContain("(1)");
    for (const options of [
      { duration: 0, buckets: 1 },
      { duration: Number.NaN, buckets: 1 },
      { duration: 1, buckets: 0 },
      { duration: 1, buckets: 1.5 },
      { duration: 1, buckets: 10_001 },
    ]) {
      expect(errorOf(() => core.heatmap([], options)).code).toBe("INVALID_ARGUMENT");
    }
  });

  it("counts and smooths when most was said", () => {
    const { counts, curve } = core.heatmap([{ at: 5 }, { at: 5 }, { at: 100 }, { at: Number.NaN }], {
      duration: 100,
      buckets: 10,
    });
    expect([...counts]).toEqual([2, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect(Math.max(...curve)).toBe(1000);
  });

  it("carries a hundred thousand comments there and back", () => {
    const comments = Array.from({ length: 100_000 }, (_, index) => ({
      at: index / 8,
      text: `弹幕 ${index}`,
      user: "u",
    }));
    const imported = core.importComments(core.exportComments(comments, "sotto"));
    expect(imported.comments).toEqual(comments);
  });
});

it("the engine reads a Blob, a string and bytes alike", async () => {
  const engine = new Engine(() => {});
  await engine.calls.start({ wasm: wasmOf("simd") });
  const text = '[[1,0,1,"u","a"]]';
  const bytes = new TextEncoder().encode(text);
  for (const file of [text, bytes, bytes.buffer, new Blob([text])]) {
    const { format, comments } = await engine.calls.importComments({ file, format: undefined });
    expect(format).toBe("dplayer");
    expect(await engine.calls.exportComments({ comments, format: "sotto" })).toContain('"text":"a"');
    const { counts } = await engine.calls.heatmap({ comments, options: { duration: 2, buckets: 2 } });
    expect([...counts]).toEqual([0, 1]);
  }
  engine.stop();
});
