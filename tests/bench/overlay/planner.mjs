// The planner alone, in node: far jumps in a long recording, and an hour of a busy room.
import { readFile } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { median, quantile } from "./statistics.mjs";
import { commentStream, crossingSeconds, fontPixels, randomNumbers } from "./stream.mjs";

const sdk = new URL("../../../sdk/ts/", import.meta.url);

/** As the package sets it up for a 1080p screen with 24-pixel type. Microseconds and pixels. */
const screen = {
  width: 1920,
  height: 1080,
  laneHeight: 36,
  top: 6,
  lanes: 22,
  maxCommentWidth: 2048,
  gap: 24,
  crossing: crossingSeconds * 1e6,
  patience: 3e6,
  // A planner that does not know these yet ignores them.
  reverseLanes: 0,
  stillRows: 0,
  textScale: 1e6,
  spread: 60,
  maxVisible: 10_000,
  overlap: 0,
  still: 5e6,
};
const hourUs = 3600e6;
const recorded = 100_000;
const jumps = 500;
const commentsPerSecond = 40;
const warmUpUs = 300e6;
const frameUs = 1e6 / 60;
const bytesPerMegabyte = 2 ** 20;

export async function measurePlanner() {
  const { loadCore } = await import(new URL("dist/core.js", sdk));
  const core = await loadCore({ wasm: await readFile(new URL("wasm/core.simd.wasm", sdk)) });
  return { ...jumpAround(core), ...hour(core) };
}

/** As wide as the text is drawn, near enough: a Chinese character is a square. */
const widthOf = ({ text }) => Array.from(text).length * fontPixels + Math.round((fontPixels * 2) / 3);

function jumpAround(core) {
  const planner = core.createPlanner(screen);
  const next = commentStream();
  const random = randomNumbers(2);
  const comments = Array.from({ length: recorded }, (_, id) => ({
    id,
    width: widthOf(next()),
    at: Math.floor((hourUs * id) / recorded),
    own: false,
  }));
  const loading = performance.now();
  planner.loadRecording(comments);
  const load = performance.now() - loading;
  const times = Array.from({ length: jumps }, () => {
    const target = Math.floor(random() * hourUs);
    const before = performance.now();
    planner.plan(target);
    return performance.now() - before;
  });
  planner.dispose();
  return { load, jump: median(times), jumpP95: quantile(times, 0.95), jumpLongest: Math.max(...times) };
}

/** Megabytes that an hour adds to what the room had after its first minutes. */
function hour(core) {
  const planner = core.createPlanner(screen);
  const next = commentStream();
  let id = 0;
  let now = 0;
  const play = (until) => {
    for (; now < until; now += frameUs) {
      for (; id < (now / 1e6) * commentsPerSecond; id++) {
        planner.push({ id, width: widthOf(next()), at: Math.floor(now), own: id % 1000 === 0 });
      }
      planner.plan(Math.floor(now));
      planner.takeDropped();
      planner.takeFinished();
    }
  };
  play(warmUpUs);
  const before = heldBytes(core);
  play(warmUpUs + hourUs);
  const after = heldBytes(core);
  planner.dispose();
  return {
    hourWasm: (after.wasm - before.wasm) / bytesPerMegabyte,
    hourScript: (after.script - before.script) / bytesPerMegabyte,
  };
}

function heldBytes(core) {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  collect();
  collect();
  return { wasm: core.memoryBytes, script: process.memoryUsage().heapUsed };
}
