// What a contribution costs the overlay: the 95th percentile of the time between two of its frames, alone and while the
// device makes reports under split trust (the pairs of 128 products: shard in WASM, seal by HPKE) one after the other.
//   node tests/bench/contribution.mjs [--size 200] [--seconds 8] [--rounds 5] [--pause 500]
// Alone and with reports take turns, so that a noisy machine is noisy for both. The package must be built (npm run build).
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { launchChromium } from "../../web-demo/demo/browser.mjs";
import { requirePackage, servePages } from "./overlay/pages.mjs";
import { quantile } from "./overlay/statistics.mjs";
import { crossingSeconds } from "./overlay/stream.mjs";

const { values: given } = parseArgs({
  options: {
    size: { type: "string", default: "200" },
    seconds: { type: "string", default: "8" },
    rounds: { type: "string", default: "5" },
    pause: { type: "string", default: "500" },
  },
});
const [size, seconds, rounds, pause] = [given.size, given.seconds, given.rounds, given.pause].map(Number);

requirePackage();
const pages = await servePages(["sotto"]);
const browser = await launchChromium();
try {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  await page.goto(`${pages.origin}/main?system=sotto&size=${size}`);
  await page.evaluate(() => window.bench.ready());
  await page.evaluate(() => window.bench.contribute(1, 0)); // the worker is there, as in the middle of a session
  await sleep((crossingSeconds * 1.25 + 0.5) * 1000);

  const intervals = { alone: [], contributing: [] };
  const took = [];
  let bytes = 0;
  for (let round = 0; round < rounds; round++) {
    for (const kind of ["alone", "contributing"]) {
      await page.evaluate(() => window.bench.begin());
      if (kind === "alone") await sleep(seconds * 1000);
      else {
        const made = await page.evaluate(([ms, rest]) => window.bench.contribute(ms, rest), [seconds * 1000, pause]);
        took.push(...made.took);
        bytes = made.bytes;
      }
      const { times } = await page.evaluate(() => window.bench.end());
      intervals[kind].push(...times.slice(1).map((time, i) => time - times[i]));
    }
  }
  const told = (list) => [0.5, 0.95, 0.99].map((q) => quantile(list, q).toFixed(2).padStart(8)).join("");
  console.log(
    `${size} comments on screen, ${took.length} reports of ${bytes} bytes, median ${quantile(took, 0.5).toFixed(0)} ms each`,
  );
  console.log(`frame time (ms)      p50     p95     p99  frames`);
  for (const [kind, list] of Object.entries(intervals)) {
    console.log(`${kind.padEnd(15)}${told(list)}${String(list.length).padStart(8)}`);
  }
  const ratio = quantile(intervals.contributing, 0.95) / quantile(intervals.alone, 0.95);
  console.log(`p95 while contributing is ${ratio.toFixed(3)} of p95 alone (target: within 1.10)`);
} finally {
  await browser.close();
  await pages.close();
}
