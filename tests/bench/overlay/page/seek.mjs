// Jumps in a long recording while the player is paused: the only frame on screen is then the one of the jump.
import { LiveSession } from "/sdk/dist/index.js";
import { commentStream, randomNumbers } from "../stream.mjs";
import { Player } from "./player.mjs";
import { startWorker, workerFrames } from "./worker-frames.mjs";

const manifest = { version: 1, stream: "bench", title: { en: "Benchmark" }, products: [] };
const restMs = 400; // longer than a jump takes
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

window.bench = {
  /** What the worker's JavaScript took for each jump, in milliseconds. */
  async seek(comments, seconds, jumps) {
    const player = new Player();
    player.standAt(0);
    const overlay = document.querySelector("#stage");
    const session = await LiveSession.create({
      video: player,
      manifest,
      overlay,
      storage: "memory",
      assets: { worker: startWorker },
    });
    const next = commentStream();
    const recording = Array.from({ length: comments }, (_, i) => ({ ...next(), at: (seconds * i) / comments }));
    await session.overlay.loadRecording(recording);
    const random = randomNumbers(2);
    const costs = [];
    for (let i = 0; i < jumps; i++) {
      await sleep(restMs);
      await workerFrames();
      performance.mark("bench-jump");
      player.standAt(random() * seconds);
      await sleep(restMs);
      costs.push(Math.max(...(await workerFrames()).costs));
    }
    await session.dispose();
    return costs;
  },
};
