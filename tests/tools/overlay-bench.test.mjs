// The parts of the overlay benchmark that only compute.
import { describe, expect, it } from "vitest";
import { parseSchedstat, usedBetween } from "../bench/overlay/cpu.mjs";
import { delaysAfter, rateBetween } from "../bench/overlay/presented.mjs";
import { longestInterval, median, medians, quantile } from "../bench/overlay/statistics.mjs";
import { commentStream } from "../bench/overlay/stream.mjs";
import { number, table } from "../bench/overlay/table.mjs";
import { judge } from "../bench/overlay/targets.mjs";

describe("statistics", () => {
  it("takes the value below or at which the share lies", () => {
    const values = [5, 1, 4, 2, 3, 6, 8, 7, 10, 9];
    expect(quantile(values, 0.5)).toBe(5);
    expect(quantile(values, 0.95)).toBe(10);
    expect(quantile([], 0.5)).toBeUndefined();
  });

  it("takes the middle, between the two in the middle", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeUndefined();
  });

  it("leaves out what a round lacks", () => {
    const rounds = [{ fps: 60, told: Number.NaN }, { fps: 50, note: "text" }, { fps: 58 }];
    expect(medians(rounds)).toEqual({ fps: 58, told: undefined, note: undefined });
  });

  it("counts the waits at both ends of an interval", () => {
    expect(longestInterval([10, 20, 30], 0, 35)).toBe(10);
    expect(longestInterval([10, 20, 30], 0, 60)).toBe(30);
    expect(longestInterval([-5, 70], 0, 60)).toBe(60);
  });
});

describe("processor time", () => {
  it("reads milliseconds from the scheduler's nanoseconds", () => {
    expect(parseSchedstat("2500000 1000000 7\n")).toEqual({ run: 2.5, wait: 1 });
  });

  it("adds what all threads used, and tells the busiest main thread of a renderer", () => {
    const thread = (run, wait) => ({ run, wait });
    const before = new Map([
      ["10/10", thread(100, 5)],
      ["10/11", thread(50, 0)],
      ["20/20", thread(10, 0)],
      ["30/30", thread(7, 0)], // ends
    ]);
    const after = new Map([
      ["10/10", thread(104, 6)],
      ["10/11", thread(80, 2)],
      ["20/20", thread(11, 0)],
      ["10/12", thread(3, 1)], // begins
    ]);
    expect(usedBetween(before, after, [10, 20])).toEqual({ run: 38, wait: 4, main: 4 });
  });
});

describe("frames on screen", () => {
  const set = { begin: [1000], end: [2000], jump: [1000, 1500, 9000] };
  const trace = { shown: [900, 1000, 1016, 1600, 2100], marks: (name) => set[name] ?? [] };

  it("are counted between two marks", () => {
    expect(rateBetween(trace, "begin", "end")).toBe(3);
    expect(rateBetween(trace, "begin", "never")).toBeUndefined();
  });

  it("follow a mark after a while, if at all", () => {
    expect(delaysAfter(trace, "jump")).toEqual([16, 100]);
  });
});

it("gives every system the same comments, about a third of them stock phrases", () => {
  const take = (count) => Array.from({ length: count }, commentStream());
  expect(take(50)).toEqual(take(50));
  const texts = take(5000).map(({ text }) => text);
  const repeated = texts.filter((text) => texts.indexOf(text) !== texts.lastIndexOf(text)).length;
  expect(repeated / texts.length).toBeGreaterThan(0.25);
  expect(repeated / texts.length).toBeLessThan(0.35);
});

it("draws tables whose columns line up", () => {
  const lines = table(
    ["system", "ms"],
    [
      ["sotto", "1.20"],
      ["x", "-"],
    ],
  ).split("\n");
  expect(lines).toEqual(["| system |   ms |", "| ------ | ---: |", "| sotto  | 1.20 |", "| x      |    - |"]);
  expect([number(0.123, "ms"), number(12.34), number(1234.5), number(undefined)]).toEqual([
    "0.12 ms",
    "12.3",
    "1235",
    "-",
  ]);
});

describe("targets", () => {
  const good = { visible: 5000, fps: 60, main: 1, script: 0.1, total: 10, blockedDrawn: 1, blockedPresented: 1 };
  const verdicts = (cells, sizes = [200, 5000]) => {
    const rows = judge({ cell: (system, size) => cells[`${system} ${size}`], sizes });
    return Object.fromEntries(rows.map(({ name, verdict }) => [name, verdict]));
  };

  it("are met or not", () => {
    const found = verdicts({
      "sotto 200": { ...good, total: 5 },
      "sotto 5000": { ...good, fps: 40 },
      "danmaku 5000": { total: 200 },
    });
    expect(found["frames a second, 200 on screen"]).toBe("met");
    expect(found["frames a second, 5000 on screen"]).toBe("not met");
    expect(found["all threads, over danmaku's, 5000 on screen"]).toBe("met");
    expect(found["all threads, 5000 on screen over 200"]).toBe("not met");
  });

  it("are not judged by a screen that shows too few comments, nor without a measurement", () => {
    const found = verdicts({ "sotto 200": good, "sotto 5000": { ...good, visible: 320 } });
    expect(found["frames a second, 5000 on screen"]).toBe("not comparable: 320 of 5000 on screen");
    expect(found["jump in 100,000 comments: planned, p95"]).toBe("not measured");
  });

  it("ask the worst size for what the page's own thread may cost", () => {
    const found = verdicts({ "sotto 200": good, "sotto 5000": { ...good, main: 3 } });
    expect(found["page's own thread, a frame"]).toBe("not met");
  });
});
