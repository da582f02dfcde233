// What sessions leave behind on a page when they were disposed: the page's JavaScript heap after a collection.
import { launchChromium } from "../../../web-demo/demo/browser.mjs";
import { memoryOf, processesOf } from "./cpu.mjs";

const bytesPerMegabyte = 2 ** 20;

/** Megabytes that the page's heap, and the whole browser, grow between the `settled`-th session and the last. */
export async function measureCycles({ origin, cycles, settled }) {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    const session = await page.context().newCDPSession(page);
    await page.goto(`${origin}/cycles`);
    const held = async () => {
      for (let i = 0; i < 3; i++) await session.send("HeapProfiler.collectGarbage");
      const { usedSize } = await session.send("Runtime.getHeapUsage");
      return { heap: usedSize / bytesPerMegabyte, browser: memoryOf((await processesOf(browser)).all) };
    };
    const run = (count) => page.evaluate((count) => window.bench.cycle(count), count);
    await run(settled);
    const before = await held();
    await run(cycles - settled);
    const after = await held();
    return { cyclesHeap: after.heap - before.heap, cyclesBrowser: after.browser - before.browser };
  } finally {
    await browser.close();
  }
}
