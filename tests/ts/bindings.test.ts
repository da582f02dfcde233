// Numbers that JavaScript has and C++ has not: refused, never cut to something that passes.
import { type Core, loadCore, Overlap, type SottoError } from "@sotto/live/core";
import { type Federation, loadFederation } from "@sotto/live/federation";
import { loadRecommender, type Recommender } from "@sotto/live/recommend";
import { beforeAll, describe, expect, it } from "vitest";
import { wasmOf } from "./support/files.js";

let core: Core;
let recommender: Recommender;
let federation: Federation;
beforeAll(async () => {
  core = await loadCore({ wasm: wasmOf("simd") });
  federation = await loadFederation({ wasm: wasmOf("simd", "federation") });
  recommender = await loadRecommender({ wasm: wasmOf("simd", "recommend") });
});

const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 0.5, 1e300];

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as SottoError).code;
  }
  return "nothing was thrown";
}

describe("the core refuses", () => {
  it.each(odd)("%d micro-rho as a limit, as what is spent and as a cost", (amount) => {
    const spend = (limits: object, epochs: [number, number][], lifetime: number, cost: object) =>
      codeOf(() =>
        federation.spend(
          { perRelease: 10, perEpoch: 10, lifetime: 10, ...limits },
          { epochs: new Map(epochs), lifetime },
          { epoch: 0, cost: 1, what: "x", ...cost },
        ),
      );
    expect(spend({}, [[0, 5]], 6, {})).toBe("nothing was thrown");
    for (const limit of ["perRelease", "perEpoch", "lifetime"]) {
      expect(spend({ [limit]: amount }, [], 0, {})).toBe("INVALID_ARGUMENT");
    }
    expect(spend({}, [], amount, {})).toBe("INVALID_ARGUMENT");
    expect(spend({}, [[amount, 1]], 1, {})).toBe("INVALID_ARGUMENT");
    expect(spend({}, [[1, amount]], 1, {})).toBe("INVALID_ARGUMENT");
    expect(spend({}, [], 0, { cost: amount })).toBe("INVALID_ARGUMENT");
    expect(spend({}, [], 0, { epoch: amount })).toBe("INVALID_ARGUMENT");
  });

  it.each(odd)("noise of variance %d", (part) => {
    const task = { id: "t", items: ["a", "b"], maxItems: 1, sigmaSquaredNumerator: 1, sigmaSquaredDenominator: 1 };
    expect(codeOf(() => federation.taskRho({ ...task, sigmaSquaredNumerator: part }))).toBe("INVALID_ARGUMENT");
    expect(codeOf(() => federation.taskRho({ ...task, sigmaSquaredDenominator: part }))).toBe("INVALID_ARGUMENT");
  });

  it.each(odd)("a price of %d", (price) => {
    const product = { id: "p", category: "", brand: "", image: new Float32Array(), ngrams: core.titleNgrams("tea") };
    expect(codeOf(() => recommender.createRanker([{ ...product, price }]))).toBe("INVALID_ARGUMENT");
  });

  it.each(odd)("a media time of %d", (time) => {
    const options = {
      ...{ width: 640, height: 360, laneHeight: 36, top: 0, lanes: 8, maxCommentWidth: 1000, gap: 20 },
      ...{ reverseLanes: 0, stillRows: 4, textScale: 1_000_000, spread: 60, maxVisible: 1000, overlap: Overlap.never },
      ...{ crossing: 8_000_000, patience: 1_000_000, still: 5_000_000 },
    };
    expect(codeOf(() => core.createPlanner({ ...options, crossing: time }))).toBe("INVALID_ARGUMENT");
    const planner = core.createPlanner(options);
    expect(codeOf(() => planner.plan(time))).toBe("INVALID_ARGUMENT");
    expect(codeOf(() => planner.push({ id: 1, width: 10, at: time, own: false }))).toBe("INVALID_ARGUMENT");
    planner.dispose();
  });
});

it("counts the cost of a task exactly, rounded up to a micro-rho", () => {
  const task = { id: "t", items: ["a", "b", "c"], maxItems: 2, sigmaSquaredNumerator: 7, sigmaSquaredDenominator: 3 };
  expect(federation.taskMicroRho(task)).toBe(1_285_715); // 6 * 3 / (2 * 7) = 1.2857142857...
});
