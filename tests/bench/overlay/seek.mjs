// What a jump in a long recording costs the worker, and how long after it the new picture is on screen, the wait for
// the display's next frame included.
import { launchChromium } from "../../../web-demo/demo/browser.mjs";
import { delaysAfter, traceFrames } from "./presented.mjs";
import { median, quantile } from "./statistics.mjs";

const recorded = 100_000;
const hour = 3600;
const jumps = 40;

export async function measureSeek({ origin }) {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    await page.goto(`${origin}/seek`);
    let drawn = [];
    const trace = await traceFrames(browser, page, async () => {
      drawn = await page.evaluate((given) => window.bench.seek(...given), [recorded, hour, jumps]);
    });
    const shown = delaysAfter(trace, "bench-jump");
    return {
      drawn: median(drawn),
      drawnP95: quantile(drawn, 0.95),
      shown: median(shown),
      shownP95: quantile(shown, 0.95),
    };
  } finally {
    await browser.close();
  }
}
