// The overlay's targets, and how a run's results compare with them.

const framesPerSecond = { 200: 58, 1000: 58, 5000: 50 };
const [few, many] = [200, 5000];
const enoughShare = 0.9;

/** Whether so many comments were on screen that a measurement counts as one of that size. */
export const isComparable = (found, size) => found?.visible >= enoughShare * size;

const atLeast = (limit) => ({ text: `>= ${limit}`, holds: (value) => value >= limit });
const atMost = (limit) => ({ text: `<= ${limit}`, holds: (value) => value <= limit });
const below = (limit) => ({ text: `< ${limit}`, holds: (value) => value < limit });

/**
 * One row for each target: `{ name, value, unit, target, verdict }`. The verdict is "met", "not met", or why there is
 * none. `results`: `cell(system, size)` gives medians or undefined; `planner`, `seek` and `cycles` may be undefined.
 */
export function judge({ cell, sizes, planner, seek, cycles }) {
  const own = (size) => cell("sotto", size);
  const most = (name) => Math.max(...sizes.map((size) => own(size)?.[name] ?? Number.NaN));
  const stressed = own(Math.min(...sizes));
  const row = (name, value, unit, target, without) => {
    const measured = Number.isFinite(value);
    const verdict = without ?? (measured ? (target.holds(value) ? "met" : "not met") : "not measured");
    return { name, value, unit, target: target.text, verdict };
  };
  /** Why these sizes cannot be judged; undefined if they can. */
  const lacking = (...wanted) => {
    for (const size of wanted) {
      const found = own(size);
      if (Number.isFinite(found?.visible) && !isComparable(found, size)) {
        return `not comparable: ${Math.round(found.visible)} of ${size} on screen`;
      }
    }
    return undefined;
  };
  const total = (system, size) => cell(system, size)?.total;

  return [
    ...sizes
      .filter((size) => framesPerSecond[size])
      .map((size) =>
        row(`frames a second, ${size} on screen`, own(size)?.fps, "", atLeast(framesPerSecond[size]), lacking(size)),
      ),
    row("page's own thread, a frame", most("main"), "ms", atMost(1.2)),
    row("JavaScript on it, p95 of frames", most("script"), "ms", atMost(0.2)),
    row(`all threads, a frame, ${many} on screen`, total("sotto", many), "ms", atMost(18), lacking(many)),
    row(
      `all threads, over danmaku's, ${many} on screen`,
      total("sotto", many) / total("danmaku", many),
      "",
      atMost(0.1),
      lacking(many),
    ),
    row(
      `all threads, ${many} on screen over ${few}`,
      total("sotto", many) / total("sotto", few),
      "",
      atMost(1.8),
      lacking(many),
    ),
    row("frames drawn while the page is blocked", stressed?.blockedDrawn * 100, "%", atLeast(90)),
    row("frames shown while the page is blocked", stressed?.blockedPresented * 100, "%", atLeast(90)),
    row("longest frame of a burst of 1,000", stressed?.burstLongest, "ms", atMost(33)),
    row("jump in 100,000 comments: planned, p95", planner?.jumpP95, "ms", below(16)),
    row("jump in 100,000 comments: drawn, p95", seek?.drawnP95, "ms", below(16)),
    row("an hour at 40 comments a second: WASM and heap", planner?.hourWasm + planner?.hourScript, "MB", atMost(5)),
    row("sessions made and disposed: heap", cycles?.cyclesHeap, "MB", atMost(5)),
  ];
}
