// Counts the frames that the browser's compositor really put on screen, whichever thread drew them: from a trace.
const categories = ["viz", "blink.user_timing"];

/**
 * Runs `work` and answers with what the trace knows, in milliseconds of its own clock: `shown`, when frames were put on
 * screen, and `marks(name)`, when the page set that performance mark.
 */
export async function traceFrames(browser, page, work) {
  await browser.startTracing(page, { categories });
  let trace;
  try {
    await work();
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents } = JSON.parse(trace.toString());
  const timesOf = (wanted) =>
    traceEvents
      .filter(({ name, ph }) => name === wanted && ph !== "E" && ph !== "e")
      .map(({ ts }) => ts / 1000)
      .sort((a, b) => a - b);
  return { shown: timesOf("Display::DrawAndSwap"), marks: timesOf };
}

/** Frames a second between two marks of the page; undefined if it did not set them. */
export function rateBetween({ shown, marks }, from, to) {
  const [begin, end] = [marks(from)[0], marks(to)[0]];
  if (begin === undefined || end === undefined) return undefined;
  return (shown.filter((time) => time >= begin && time <= end).length * 1000) / (end - begin);
}

/** For each mark of that name, how long after it the next frame was on screen. */
export function delaysAfter({ shown, marks }, name) {
  return marks(name).flatMap((mark) => {
    const next = shown.find((time) => time > mark);
    return next === undefined ? [] : [next - mark];
  });
}
