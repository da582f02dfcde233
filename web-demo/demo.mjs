// The demo: a live room on this machine. Usually started by `npm run demo`, which builds everything first.
//
//   node web-demo/demo.mjs [--port N]                             runs until Ctrl-C
//   node web-demo/demo.mjs --headless --seconds 20 --out DIR      plays the viewer itself, checks every part
//
// Exits 0, 1 if a part did not work, 2 for wrong usage.

import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { kSplitTask } from "./demo/aggregators.mjs";
import { runHeadless } from "./demo/headless.mjs";
import { DemoError, kRoot } from "./demo/programs.mjs";
import { printReport } from "./demo/report.mjs";
import { startRoom } from "./demo/room.mjs";
import { Crowd } from "./demo/swarm.mjs";

const kUsage = "Usage: demo.mjs [--port N] | --headless [--seconds N] [--out DIR]";
/** Updates that close the demo's round. */
const kMinimum = 400;

function readArguments() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        headless: { type: "boolean", default: false },
        seconds: { type: "string", default: "20" },
        out: { type: "string", default: "out" },
        port: { type: "string", default: "0" },
      },
    }));
  } catch (error) {
    usage(error.message);
  }
  const seconds = Number(values.seconds);
  const port = Number(values.port);
  if (!(seconds > 0 && seconds <= 3600)) usage(`--seconds ${values.seconds}: expected 1 to 3600`);
  if (!(Number.isInteger(port) && port >= 0 && port <= 65535)) usage(`--port ${values.port}: expected 0 to 65535`);
  return { headless: values.headless, seconds, port, out: resolve(values.out) };
}

function usage(message) {
  console.error(`demo: ${message}\n${kUsage}`);
  process.exit(2);
}

/** Composes the room's video, unless it is there already. Resolves with its path. */
async function composeVideo(signal) {
  const folder = join(kRoot, "build/room");
  await mkdir(folder, { recursive: true });
  const composer = spawn(process.execPath, [join(kRoot, "web-demo/room/compose.mjs"), "--out", folder], {
    stdio: ["ignore", "inherit", "inherit"],
    signal,
  });
  const status = await new Promise((done) => {
    composer.on("error", () => done(127));
    composer.on("close", done);
  });
  signal.throwIfAborted();
  if (status !== 0) throw new DemoError("The room's video could not be composed; the reason is above.");
  return join(folder, "room.mp4");
}

function printAddresses(room) {
  console.log(`
  Sotto: one live room on this machine
    page      ${room.pageUrl}
    manifest  ${room.manifestUrl}
    metrics   ${room.metricsUrl}

  Look at a few products, then turn on "Help improve the recommendations".
  Simulated viewers fill the round meanwhile, and it closes soon after you have contributed.
  Ctrl-C stops everything.
`);
}

async function main() {
  const options = readArguments();
  const stop = new AbortController();
  const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
  let stoppedWith = 0;
  for (const [name, status] of Object.entries(signals)) {
    process.on(name, () => {
      stoppedWith ||= status;
      stop.abort(new DemoError("stopped"));
    });
  }

  let room = null;
  try {
    const video = await composeVideo(stop.signal);
    room = await startRoom({
      aggregators: true,
      video,
      port: options.port,
      minimum: kMinimum,
      died: (sentence) => {
        console.error(`demo: ${sentence}\n  Everything else is stopped too. Start it again: npm run demo`);
        process.exitCode = 1;
        stop.abort(new DemoError(sentence));
      },
    });
    const crowd = new Crowd({
      server: room.serverUrl,
      minimum: kMinimum,
      task: kSplitTask,
      collect: () => room.collect(),
      signal: stop.signal,
    });
    if (options.headless) {
      const log = (line) => console.log(line);
      const report = await runHeadless({ ...options, room, swarm: () => crowd.close(), log, signal: stop.signal });
      printReport(report, options.out);
      if (report.failed.length > 0) process.exitCode = 1;
    } else {
      printAddresses(room);
      await crowd.accompany(room, (line) => console.log(`  ${line}`));
      await new Promise((_, reject) => stop.signal.addEventListener("abort", () => reject(stop.signal.reason)));
    }
  } catch (error) {
    if (stoppedWith === 0 && process.exitCode !== 1) {
      console.error(`demo: ${error instanceof DemoError ? error.message : error.stack}`);
      process.exitCode = 1;
    }
  } finally {
    await room?.stop();
  }
  process.exit(stoppedWith || process.exitCode || 0);
}

await main();
