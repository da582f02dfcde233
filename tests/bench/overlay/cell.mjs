// Measures one system at one size, in a browser of its own.
import { setTimeout as sleep } from "node:timers/promises";
import { launchChromium } from "../../../web-demo/demo/browser.mjs";
import { memoryOf, processesOf, readThreads, usedBetween } from "./cpu.mjs";
import { rateBetween, traceFrames } from "./presented.mjs";
import { quantile } from "./statistics.mjs";
import { crossingSeconds } from "./stream.mjs";

/** Until as many comments leave the screen as enter it, the slowest ones too. */
const fillMs = (crossingSeconds * 1.25 + 0.5) * 1000;
const tracedMs = 1500;
const blockedMs = 2000;
const burstOf = 1000;
const longestMs = 90_000;

/**
 * `{ fps, ... }`, all numbers, or `{ failure }`. With `stress` also what a blocked page and a burst do.
 */
export async function measureCell({ origin, system, size, seconds, stress }) {
  const browser = await launchChromium();
  const given = new AbortController();
  try {
    const work = measure(browser, { origin, system, size, seconds, stress });
    work.catch(() => {}); // after the time is up nobody waits for it
    const late = sleep(longestMs, { failure: "stalled" }, { signal: given.signal });
    late.catch(() => {});
    return await Promise.race([work, late]);
  } catch (error) {
    return { failure: String(error.message).split("\n")[0] };
  } finally {
    given.abort();
    await browser.close();
  }
}

async function measure(browser, { origin, system, size, seconds, stress }) {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(`${origin}/main?system=${system}&size=${size}`);
  const note = await page.evaluate(() => window.bench.ready());
  await sleep(fillMs);

  const { all, renderers } = await processesOf(browser);
  await page.evaluate(() => window.bench.begin());
  const before = readThreads(all);
  await sleep(seconds * 1000);
  const used = usedBetween(before, readThreads(all), renderers);
  const sample = await page.evaluate(() => window.bench.end());
  const memory = memoryOf(all);

  const shown = await presentedRate(browser, page);
  const stressed = stress ? await underStress(browser, page, shown) : {};
  if (errors.length > 0) throw new Error(errors[0]);
  const frames = Math.max(1, sample.frames);
  return {
    note,
    fps: sample.frames / sample.seconds,
    statsFps: sample.statsFps,
    presented: shown,
    visible: sample.visible,
    dropped: sample.dropped === undefined ? undefined : sample.dropped / sample.seconds,
    script: quantile(sample.costs, 0.95),
    main: used.main / frames,
    total: used.run / frames,
    waited: used.wait / (used.run + used.wait),
    memory,
    ...stressed,
  };
}

async function presentedRate(browser, page) {
  const trace = await traceFrames(browser, page, () =>
    page.evaluate(async (ms) => {
      performance.mark("bench-begin");
      await new Promise((resolve) => setTimeout(resolve, ms));
      performance.mark("bench-end");
    }, tracedMs),
  );
  return rateBetween(trace, "bench-begin", "bench-end");
}

/** `shown`: frames a second on screen when nothing is wrong. */
async function underStress(browser, page, shown) {
  await page.evaluate(() => window.bench.begin());
  await sleep(1000);
  const calm = await page.evaluate(() => window.bench.end());
  let blocked;
  const trace = await traceFrames(browser, page, async () => {
    blocked = await page.evaluate((ms) => window.bench.block(ms), blockedMs);
  });
  const { longest, told } = await page.evaluate((count) => window.bench.burst(count), burstOf);
  const usual = calm.frames / calm.seconds;
  return {
    blockedDrawn: blocked.frames / blocked.seconds / usual,
    blockedPresented: rateBetween(trace, "bench-block-begin", "bench-block-end") / shown,
    burstLongest: longest,
    burstTold: told,
  };
}
