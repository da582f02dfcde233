// Parts of the page that need no browser: what its charts and its ledger compute.
import { describe, expect, test } from "vitest";
import { between, curve } from "../../web-demo/src/chart/curve.js";
import { HeatSeries } from "../../web-demo/src/chart/heat-series.js";
import { moodShape } from "../../web-demo/src/chart/mood-shape.js";
import { direction } from "../../web-demo/src/chart/trend.js";
import { decodeUpdate } from "../../web-demo/src/update-bytes.js";
import { silence } from "./summaries.js";

describe("the shape of the mood", () => {
  const bucket = (begin: number, change = {}) => ({ begin, mean: 0.2, error: 0.1, comments: 9, ...change });
  const shapeOf = (at: number, buckets: ReturnType<typeof bucket>[], change = {}) =>
    moodShape({ at, mood: { ...silence(at).mood, buckets, ...change } });

  test("spans a minute at first and ten at most", () => {
    expect(shapeOf(3, []).seconds).toBe(60);
    expect(shapeOf(25, [bucket(0)]).seconds).toBe(60);
    expect(shapeOf(300, [bucket(0)]).seconds).toBe(300);
    expect(shapeOf(5000, [bucket(0), bucket(4990)]).seconds).toBe(600);
  });

  test("leaves out what is older than its window", () => {
    const points = shapeOf(5000, [bucket(0), bucket(4390), bucket(4400), bucket(4990)]).runs.flat();
    expect(points.map((point) => point.bucket.begin)).toEqual([4390, 4400, 4990]);
    expect(points.every(({ x }) => x >= 0 && x <= 1)).toBe(true);
  });

  test("has a point in the middle of each bucket, and now's at the edge", () => {
    const points = shapeOf(100, [bucket(40), bucket(50), bucket(95)]).runs.flat();
    expect(points.map(({ x }) => x)).toEqual([1 - 55 / 60, 1 - 45 / 60, 1]);
  });

  test("breaks off where nobody spoke for half a minute", () => {
    const { runs } = shapeOf(200, [bucket(100), bucket(120), bucket(170), bucket(180)]);
    expect(runs.map((run) => run.map((point) => point.bucket.begin))).toEqual([
      [100, 120],
      [170, 180],
    ]);
  });

  test("is as wide as the 95 % interval, within what a score can be", () => {
    const [sure, unsure] = shapeOf(100, [bucket(80), bucket(90, { mean: 0.5, error: 1 })]).runs.flat();
    expect([sure?.low, sure?.high]).toEqual([expect.closeTo(0.004, 6), expect.closeTo(0.396, 6)]);
    expect([unsure?.low, unsure?.high]).toEqual([-1, 1]);
  });

  test("keeps the changes that lie within its window", () => {
    const changes = [300, 880].map((at) => ({ at, from: 0, to: 0.4 }));
    const shape = shapeOf(1000, [bucket(0), bucket(990)], { changes });
    expect(shape.changes).toEqual([{ x: 1 - 120 / 600, change: changes[1] }]);
  });
});

test("A keyword rises or falls when it is said half as often again as before, or two thirds as often", () => {
  expect([3, 1.5, 1.49, 1, 0.67, 0.66, 0].map(direction)).toEqual([
    ...["rising", "rising", "steady", "steady", "steady", "falling", "falling"],
  ]);
});

describe("the heat of a time line", () => {
  test("is highest where most was said, and nothing elsewhere", () => {
    const heat = new HeatSeries();
    for (let i = 0; i < 9; ++i) heat.add(30 + i / 9);
    heat.add(80);
    const points = heat.points(0, 100, 101);
    expect(points).toHaveLength(101);
    expect(points.indexOf(Math.max(...points))).toBeCloseTo(30, -1);
    expect(Math.max(...points)).toBe(1);
    expect(points[80]).toBeCloseTo(1 / 9, 1);
    expect(points.slice(40, 75).every((point) => point === 0)).toBe(true);
  });

  test("of nothing is flat", () => {
    expect(new HeatSeries().points(0, 10, 5)).toEqual([0, 0, 0, 0, 0]);
  });
});

test("A curve begins and ends at its first and last value and stays between neighbours", () => {
  const path = curve([10, 0, 20], 100);
  expect(path).toBe("M0 10L25 5Q50 0 75 10L100 20");
});

test("The area between two lines goes along one and back along the other", () => {
  const line = (y: number) => [0, 50, 100].map((x) => ({ x, y }));
  expect(between(line(1), line(9))).toBe("M0 1L25 1Q50 1 75 1L100 1L100 9L75 9Q50 9 25 9L0 9Z");
});

describe("a contribution's bytes", () => {
  const bytes = Uint8Array.from([
    ...[0x53, 0x4f, 0x4c, 0x55, 1, 0, 8, 7, 6, 5, 4, 3, 2, 1, 3, 0, 0, 0],
    ...[0xff, 0xff, 0, 0, 0x2c, 1],
  ]);

  test("are read back as signed numbers", () => {
    expect([...(decodeUpdate(bytes)?.entries ?? [])]).toEqual([-1, 0, 300]);
  });

  test("are covered by the sections without a gap", () => {
    const sections = decodeUpdate(bytes)?.sections ?? [];
    expect(sections.map((section) => section.begin)).toEqual([
      0,
      ...sections.slice(0, -1).map((section) => section.end),
    ]);
    expect(sections.at(-1)?.end).toBe(bytes.length);
  });

  test("of another format are not given a meaning", () => {
    expect(decodeUpdate(bytes.subarray(0, 10))).toBeNull();
    expect(decodeUpdate(bytes.subarray(0, bytes.length - 1))).toBeNull();
    expect(decodeUpdate(Uint8Array.from(bytes, (byte, i) => (i === 0 ? 0 : byte)))).toBeNull();
    expect(decodeUpdate(Uint8Array.from(bytes, (byte, i) => (i === 4 ? 2 : byte)))).toBeNull();
  });
});
