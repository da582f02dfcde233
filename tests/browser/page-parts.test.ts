// Parts of the page that need no browser: what its charts and its ledger compute.
import { describe, expect, test } from "vitest";
import { curve } from "../../web-demo/src/chart/curve.js";
import { HeatSeries } from "../../web-demo/src/chart/heat-series.js";
import { MoodSeries } from "../../web-demo/src/chart/mood-series.js";
import { decodeUpdate } from "../../web-demo/src/update-bytes.js";

const praise = { label: "positive", score: 0.8, confidence: 0.9 } as const;
const complaint = { label: "negative", score: -0.6, confidence: 0.8 } as const;
const remark = { label: "neutral", score: 0, confidence: 1 } as const;

describe("the mood of the room", () => {
  const options = { windowMs: 60_000, bucketMs: 1000 };

  test("counts verdicts within its window and forgets older ones", () => {
    const mood = new MoodSeries(options);
    mood.add(praise, 500);
    mood.add(complaint, 30_500);
    mood.add(remark, 59_500);
    expect(mood.counts(59_900)).toEqual({ positive: 1, neutral: 1, negative: 1 });
    expect(mood.counts(60_500)).toEqual({ positive: 0, neutral: 1, negative: 1 });
    expect(mood.counts(200_000)).toEqual({ positive: 0, neutral: 0, negative: 0 });
  });

  test("balances praise against complaint, and a single comment does not carry it to an end", () => {
    const mood = new MoodSeries(options);
    expect(mood.balance(1000)).toBe(0);
    mood.add(praise, 1000);
    expect(mood.balance(1000)).toBeCloseTo(0.2, 12);
    for (let i = 0; i < 95; ++i) mood.add(praise, 1000);
    expect(mood.balance(1000)).toBeCloseTo(0.96, 12);
    for (let i = 0; i < 96; ++i) mood.add(complaint, 1000);
    expect(mood.balance(1000)).toBe(0);
  });

  test("gives one point a bucket, and smoothing neither adds weight nor loses it", () => {
    const mood = new MoodSeries(options);
    mood.add(praise, 30_000);
    const points = mood.points(59_999);
    expect(points.length).toBe(60);
    expect(points.reduce((sum, point) => sum + point.positive, 0)).toBeCloseTo(0.8, 12);
    expect(points.every((point) => point.negative === 0)).toBe(true);
  });

  test("does not take the unknown future for silence", () => {
    const mood = new MoodSeries(options);
    for (let second = 0; second < 60; ++second) mood.add(praise, second * 1000);
    expect(mood.points(59_999).at(-1)?.positive).toBeCloseTo(0.8, 12);
  });
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
