// What a test proves natively must hold in the browser: native code and both WASM variants give the same bits.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { HeadName } from "@sotto/live";
import { type Core, intsPerCommand, loadCore, Op, type SottoError } from "@sotto/live/core";
import { type Federation, loadFederation } from "@sotto/live/federation";
import { loadRecommender } from "@sotto/live/recommend";
import { beforeAll, describe, expect, it } from "vitest";
import {
  commentModelFile,
  fuzzSeeds,
  identityProgram,
  roomComments,
  roomEvents,
  roomProducts,
  variants,
  wasmOf,
} from "./support/files.js";
import { planScript, runPlanScript } from "./support/plan-script.js";
import { Dice } from "./support/random.js";
import { type Bench, rankingScript } from "./support/ranking-script.js";

const hex = (text: string | Uint8Array) => Buffer.from(text).toString("hex");
const floatBits = (value: number) => new Uint32Array(Float32Array.of(value).buffer)[0];
const doubleBits = (value: number) => String(new BigUint64Array(Float64Array.of(value).buffer)[0]);

function native(input: readonly string[], ...command: string[]): unknown[] {
  const output = execFileSync(identityProgram(), command, {
    input: `${input.join("\n")}\n`,
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  return output
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** An error as the native program prints it. */
function failure(error: unknown): unknown[] {
  const { code, message, hint } = error as SottoError;
  return [code, hex(message), hex(hint)];
}

function orFailure(work: () => unknown[]): unknown[] {
  try {
    return work();
  } catch (error) {
    return failure(error);
  }
}

/** The room's comments, texts that are odd on purpose, and random ones from all over Unicode. */
function texts(): string[] {
  const odd = [
    " ",
    "　　全角　空格　",
    "ＦＵＬＬ　ｗｉｄｔｈ １２３",
    "哈哈哈哈哈哈哈哈哈哈",
    "好！！！！！！",
    "zero\u200Bwidth\u200Djoiner\uFEFF",
    "👍👍👍👎😡🤔👨‍👩‍👧‍👦🏳️‍🌈",
    "ǅ İ ß ﬃ ㍿ ① ㌖",
    "e\u0301 é ệ",
    "한국어 댓글 좋아요",
    "مرحبا بالعالم",
    "𠮷野家 𝒜𝓁𝓅𝒽𝒶",
    "\u0000\u0001\u001F\u007F\u0085",
    "a".repeat(70_000),
    "茶".repeat(20_000),
  ];
  const dice = new Dice(7);
  const ranges = [
    [0x20, 0x7e],
    [0x4e00, 0x9fff],
    [0xff00, 0xffef],
    [0x1f300, 0x1faff],
    [0x300, 0x36f],
    [0x1100, 0x11ff],
    [0x20000, 0x2a6df],
    [0xe000, 0x10ffff],
  ] as const;
  const character = () => {
    const [first, last] = dice.pick(ranges);
    return String.fromCodePoint(dice.int(first, last));
  };
  const random = Array.from({ length: 300 }, () => Array.from({ length: dice.int(0, 40) }, character).join(""));
  return [...roomComments(), ...odd, ...random];
}

function updateLines(): string[] {
  const items = roomProducts().map(({ id }) => id);
  const dice = new Dice(11);
  const valid = Array.from({ length: 40 }, (_, seed) => {
    const m = dice.int(2, items.length);
    const engaged = Array.from({ length: m }, (_, index) => index).filter(() => dice.unit() < 0.4);
    const task = `affinity-${seed} ${dice.int(1, Math.min(8, m))} ${dice.int(1, 5000)} ${dice.int(1, 64)}`;
    return `${seed} ${task} ${items.slice(0, m).join(",")} ${engaged.join(",") || "0"}`;
  });
  return [
    ...valid,
    "1 bad-index 2 40 1 a,b,c 7",
    "1 repeated-index 2 40 1 a,b,c 1,1",
    "1 too-much-noise 2 4000000000 1 a,b,c 1,2",
    "1 too-few-items 1 40 1 a 0",
  ];
}

const manifest = {
  version: 1,
  stream: "tea-house",
  title: { zh: "听松茶集", en: "Pine & Kettle" },
  hls: "master.m3u8",
  comments: "/v1/streams/tea-house/comments",
  epoch: "2026-01-31T12:00:00.123Z",
  refresh: 0.1,
  products: roomProducts(),
  events: roomEvents().map((event) => ({ ...event, every: 120 })),
  models: [],
  tasks: [],
};

const manifestLines = [
  `${hex(JSON.stringify(manifest))} 0 600`,
  `${hex(JSON.stringify(manifest))} 1000000.3 1000100.7`,
  `${hex(JSON.stringify({ ...manifest, products: [{ ...manifest.products[0], price: { amount: "98", currency: "CNY" } }] }))} 0 1`,
  `${hex(JSON.stringify({ ...manifest, version: 2 }))} 0 1`,
  `${hex('{"version": NaN}')} 0 1`,
  `${hex("[")} 0 1`,
];

describe.each(variants)("core.%s.wasm gives native code's bits", (variant) => {
  let core: Core;
  let federation: Federation;
  beforeAll(async () => {
    core = await loadCore({ wasm: wasmOf(variant) });
    federation = await loadFederation({ wasm: wasmOf(variant, "federation") });
  });

  it("for normalised text and the hashes of its n-grams", () => {
    const inputs = texts();
    const wasm = inputs.map((text) =>
      orFailure(() => {
        const normalised = core.normalise(text);
        return [
          hex(normalised.text),
          Array.from(normalised.symbols),
          Array.from(normalised.begin),
          Array.from(normalised.end),
          Array.from(core.hashNgrams(text, 1, 4)),
        ];
      }),
    );
    expect(inputs.length).toBeGreaterThan(700);
    expect(wasm).toEqual(native(inputs.map(hex), "text"));
  });

  it("for the verdicts of all heads, and every weight of the evidence for every label", () => {
    const model = core.loadCommentModel(readFileSync(commentModelFile));
    const inputs = texts();
    const heads = core.commentHeads;
    const wasm = inputs.map((text) =>
      orFailure(() => {
        const verdict = model.classify(text);
        const choices = heads.flatMap(({ name }) => {
          const { label, confidence, abstains } = verdict[name as HeadName];
          return [label, floatBits(confidence), Number(abstains)];
        });
        const explained = heads.flatMap(({ name, labels }) =>
          labels.flatMap((label) => {
            const { z, bias, evidence } = model.explain(text, { head: name as HeadName, label });
            const parts = evidence.flatMap(({ begin, end, weight }) => [begin, end, floatBits(weight)]);
            return [floatBits(z), floatBits(bias), ...parts];
          }),
        );
        return [...choices, floatBits(verdict.sentiment.score), ...explained];
      }),
    );
    model.dispose();
    expect(new Set(wasm.map(([label]) => label))).toContain("positive");
    expect(new Set(wasm.map(([label]) => label))).toContain("negative");
    expect(wasm).toEqual(native(inputs.map(hex), "comments", commentModelFile));
  });

  it.each([1, 2, 3, 4, 5, 6])("for every command of a scripted overlay session with seeks (seed %i)", (seed) => {
    const script = planScript(seed, 600);
    const wasm = runPlanScript(core, script, failure);
    const expected = native(script, "plans");
    // One line at a time: a difference is then short enough to read.
    expect(wasm.length).toBe(expected.length);
    const plans = wasm.filter((_, index) => script[index]?.startsWith("plan")) as number[][][];
    const ops = new Set(plans.flatMap(([plan = []]) => plan.filter((_, index) => index % intsPerCommand === 0)));
    expect([...ops]).toEqual(
      expect.arrayContaining(Object.values(Op).filter((op) => op !== Op.host && op !== Op.mask)),
    );
    for (const [index, line] of script.entries()) expect(wasm[index], line.slice(0, 200)).toEqual(expected[index]);
  });

  it("for discrete Gaussian noise from a fixed seed", () => {
    const settings = [
      [1, 1, 1],
      [2, 1, 7],
      [3, 40, 1],
      [4, 4_294_967_295, 4096],
      [5, 0, 1],
    ] as const;
    const wasm = settings.map(([seed, numerator, denominator]) =>
      orFailure(() => {
        const gaussian = federation.discreteGaussian(numerator, denominator);
        const random = federation.seededRandom(seed);
        const samples = Array.from({ length: 2000 }, () => gaussian.sample(random));
        gaussian.dispose();
        random.dispose();
        return samples;
      }),
    );
    expect(wasm).toEqual(
      native(
        settings.map((setting) => `${setting.join(" ")} 2000`),
        "noise",
      ),
    );
  });

  it("for whole local updates from a fixed seed, and what they cost", () => {
    const lines = updateLines();
    const wasm = lines.map((line) =>
      orFailure(() => {
        const [seed, id = "", maxItems, numerator, denominator, items = "", engaged = ""] = line.split(" ");
        const task = {
          id,
          items: items.split(","),
          maxItems: Number(maxItems),
          sigmaSquaredNumerator: Number(numerator),
          sigmaSquaredDenominator: Number(denominator),
        };
        const random = federation.seededRandom(Number(seed));
        const bytes = federation.makeLocalUpdate(task, engaged.split(",").map(Number), random);
        random.dispose();
        const entries = Array.from(federation.decodeUpdate(task, bytes));
        return [hex(bytes), entries, federation.entryBound(task), doubleBits(federation.taskRho(task))];
      }),
    );
    expect(wasm).toEqual(native(lines, "updates"));
  });

  it("for epsilon", () => {
    const pairs = [0, 1e-6, 0.001, 0.05, 0.25, 1, 3.7, 100].flatMap((rho) =>
      [1e-9, 1e-5, 0.01, 0.9, 2].map((delta) => [rho, delta] as const),
    );
    // A number for people to read, from logarithms that differ in their last bit from one C library to the next.
    const near = (bits: unknown) => {
      const [epsilon = 0] = new Float64Array(BigUint64Array.of(BigInt(bits as string)).buffer);
      return Number(epsilon.toPrecision(12));
    };
    const rounded = (rows: unknown[]) =>
      rows.map((row) => ((row as unknown[]).length === 1 ? near((row as unknown[])[0]) : row));
    const wasm = pairs.map(([rho, delta]) => orFailure(() => [doubleBits(core.epsilonOfZcdp(rho, delta))]));
    const lines = pairs.map((pair) => pair.map(doubleBits).join(" "));
    expect(rounded(wasm)).toEqual(rounded(native(lines, "epsilons")));
  });

  it("for manifests, their errors, and when their events happen", () => {
    const wasm = manifestLines.map((line) =>
      orFailure(() => {
        const [json = "", from, to] = line.split(" ");
        const parsed = core.parseManifest(Buffer.from(json, "hex").toString());
        const occurrences = parsed.occurrencesBetween(Number(from), Number(to), 64);
        return [
          hex(parsed.json),
          ...occurrences.flatMap(({ event, repetition, start, end }) => [
            event,
            repetition,
            doubleBits(start),
            doubleBits(end),
          ]),
        ];
      }),
    );
    expect(wasm[0]?.length).toBeGreaterThan(40);
    expect(wasm).toEqual(native(manifestLines, "manifests"));
  });

  it("for rankings: models, offers, rules, exploration, what is learned, segments", async () => {
    const recommender = await loadRecommender({ wasm: wasmOf(variant, "recommend") });
    const bench: Bench = { core, recommender };
    const steps = rankingScript();
    const wasm = steps.map((step) => orFailure(() => step.run(bench)));
    const expected = native(
      steps.map(({ line }) => line),
      "rankings",
    );
    for (const [place, step] of steps.entries()) expect(wasm[place], step.line.slice(0, 200)).toEqual(expected[place]);
  });

  it("for recordings of every format, what is written of them, and when most was said", () => {
    const files = fuzzSeeds(/^formats_/).map(({ bytes }) => bytes);
    const inputs = [
      ...files,
      ...files.map((bytes) => bytes.subarray(0, bytes.length / 2)),
      Buffer.from("<!DOCTYPE i>"),
    ];
    const wasm = inputs.map((bytes) =>
      orFailure(() => {
        const { comments, ...rest } = core.importComments(bytes);
        const ordered = { format: rest.format, skipped: rest.skipped, problems: rest.problems };
        const rendered = JSON.stringify({ ...ordered, comments });
        const { counts, curve } = core.heatmap(comments, { duration: 600, buckets: 50 });
        return [
          rendered,
          ...(["sotto", "ass"] as const).map((format) => hex(core.exportComments(comments, format))),
          Array.from(counts),
          Array.from(curve),
        ];
      }),
    );
    const expected = native(inputs.map(hex), "recordings").map((line) => {
      const [first = "", ...rest] = line as string[];
      if (rest.length === 2) return line; // an error
      return [JSON.stringify(JSON.parse(`${Buffer.from(first, "hex")}`)), ...rest];
    });
    expect(files.length).toBeGreaterThan(8);
    expect(wasm).toEqual(expected);
  });
});
