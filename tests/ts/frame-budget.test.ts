// How much the overlay saves when frames are late, and that it always gives it back.
import { describe, expect, test } from "vitest";
import { FrameBudget } from "../../sdk/ts/src/overlay/frame-budget.js";
import { Dice } from "./support/random.js";

const seconds = (count: number, interval: number) => Math.ceil((count * 1000) / interval) + 1;

/** Notes steady frames; the levels, one for each change. */
function steady(budget: FrameBudget, count: number, interval: number, work: number): number[] {
  const levels: number[] = [budget.level];
  for (let i = 0; i < seconds(count, interval); i++) {
    const level = budget.note(interval, work);
    if (level !== levels.at(-1)) levels.push(level);
  }
  return levels;
}

/** Every `each`th frame takes two intervals. */
function stutter(budget: FrameBudget, count: number, interval: number, each: number): number[] {
  const levels: number[] = [];
  for (let i = 0; i < seconds(count, interval); i++)
    levels.push(budget.note(i % each === 0 ? 2 * interval : interval, 1));
  return levels;
}

describe.each([144, 120, 60, 50, 30])("On a display of %i Hz", (rate) => {
  const interval = 1000 / rate;

  test("frames on time save nothing", () => {
    expect(steady(new FrameBudget(), 30, interval, interval / 4)).toEqual([0]);
  });

  test("one late frame among twenty is nothing", () => {
    expect(new Set(stutter(new FrameBudget(), 30, interval, 20))).toEqual(new Set([0]));
  });

  test("late frames raise the level one by one, a second each", () => {
    const budget = new FrameBudget();
    expect(steady(budget, 2, interval, 1)).toEqual([0]);
    const levels = stutter(budget, 6, interval, 5);
    expect(levels.at(-1)).toBe(3);
    for (const level of [1, 2, 3]) expect(levels.indexOf(level)).toBeGreaterThan((level - 1) * 30 * (rate / 60));
  });

  test("work of more than half the interval raises it, too", () => {
    expect(steady(new FrameBudget(), 5, interval, interval * 0.6)).toEqual([0, 1, 2, 3]);
  });
});

test("A level is given back after three good seconds", () => {
  const budget = new FrameBudget();
  steady(budget, 1, 16, 12);
  expect(budget.level).toBe(1);
  expect(steady(budget, 2, 16, 2)).toEqual([1]);
  expect(steady(budget, 3, 16, 2)).toEqual([1, 0]);
});

test("What goes wrong again as soon as it is eased is eased less and less often", () => {
  const budget = new FrameBudget();
  const falls: number[] = [];
  let level = 0;
  for (let second = 0; second < 300; second++) {
    const work = level > 0 ? 2 : 12; // the load is too much at level 0, and fine at level 1
    for (let i = 0; i < 63; i++) {
      const next = budget.note(16, work);
      if (next < level) falls.push(second);
      level = next;
    }
  }
  const gaps = falls.slice(1).map((at, i) => at - (falls[i] ?? 0));
  expect(gaps.length).toBeGreaterThan(3);
  expect(gaps.at(-1)).toBeGreaterThan(20);
  for (const [i, gap] of gaps.entries()) expect(gap).toBeGreaterThanOrEqual((gaps[i - 1] ?? 0) - 1);
});

test("A hidden page's long frame says nothing", () => {
  const budget = new FrameBudget();
  for (let i = 0; i < 1000; i++) budget.note(i % 10 === 0 ? 60_000 : 16, 1);
  expect(budget.level).toBe(0);
});

test("A display that became slower is learnt", () => {
  const budget = new FrameBudget();
  steady(budget, 10, 1000 / 120, 1);
  steady(budget, 90, 1000 / 60, 1);
  expect(budget.level).toBe(0);
});

test.each(Array.from({ length: 50 }, (_, i) => i))(
  "Whatever went before, good frames lead back to level 0, and never two levels at once (%i)",
  (seed) => {
    const dice = new Dice(seed);
    const random = () => dice.unit();
    const budget = new FrameBudget();
    let level = budget.level;
    const note = (interval: number, work: number) => {
      const next = budget.note(interval, work);
      if (Math.abs(next - level) > 1 || ![0, 1, 2, 3].includes(next)) throw new Error(`${level} became ${next}`);
      level = next;
    };
    for (let part = 0; part < 20; part++) {
      const usual = 4 + 60 * random();
      const spread = random() < 0.3 ? 2000 : 40;
      for (let i = 0; i < 200; i++) note(usual + (random() < 0.3 ? spread * random() : 0), usual * random() * 1.5);
    }
    const interval = 4 + 36 * random();
    for (let i = 0; i < seconds(180, interval); i++) note(interval, interval / 4);
    expect(level).toBe(0);
  },
);
