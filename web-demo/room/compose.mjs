#!/usr/bin/env node
// Composes the room's video: 120 s that loop, 1280 x 720, 25 frames/s, H.264 with a closed group of pictures of 2 s, AAC.
//
//   node compose.mjs --out DIR                  writes DIR/room.mp4, unless it is there and made from the same inputs
//   node compose.mjs --out DIR --stills 5,20.5  writes DIR/still-5.png, DIR/still-20.5.png: moments to look at
//
// stage/ draws each frame in a headless Chromium, which sends it here; ffmpeg encodes the frames with music.mjs's tune.
// Needs chromium (or the one that CHROMIUM names) and ffmpeg with libx264.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DemoError, findChromium, findFfmpeg } from "../demo/programs.mjs";
import { kFramesPerSecond, kLoop } from "./stage/time.js";

const kRoom = fileURLToPath(new URL(".", import.meta.url));
const kWidth = 1280;
const kHeight = 720;
const kFrameBytes = (kWidth * kHeight * 3) / 2; // planar YUV 4:2:0
const kPatience = 60_000; // ms without a frame after which Chromium is taken for dead
const kInputs = ["compose.mjs", "music.mjs", "stage", "products", "products.json", "events.json", "room.json"];
const kTypes = { ".html": "text/html", ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml" };
const kChromiumFlags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--mute-audio",
];

class ComposeError extends DemoError {}

async function listFiles(path) {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => null);
  if (!entries) return [path];
  const below = await Promise.all(entries.map((entry) => listFiles(join(path, entry.name))));
  return below.flat().sort();
}

async function hashInputs() {
  const hash = createHash("sha256");
  for (const input of kInputs) {
    for (const file of await listFiles(join(kRoom, input))) {
      hash
        .update(file.slice(kRoom.length))
        .update("\0")
        .update(await readFile(file))
        .update("\0");
    }
  }
  return hash.digest("hex");
}

// Runs a program to its end; its last lines of stderr are the error.
// It runs in a process group of its own, so that an abort ends its children too; `ended` waits for all of them.
function start(program, args, signal) {
  const child = spawn(program, args, { stdio: ["pipe", "ignore", "pipe"], detached: true });
  let said = "";
  child.stderr.on("data", (data) => {
    said = (said + data).slice(-2000);
  });
  child.stdin.on("error", () => {}); // the exit code tells
  const stop = () => child.pid && child.exitCode === null && process.kill(-child.pid, "SIGKILL");
  signal.addEventListener("abort", stop, { once: true });
  const ended = once(child, "close").then(([code]) => {
    signal.removeEventListener("abort", stop);
    return { code, said: said.trim() };
  });
  return { child, ended };
}

// Serves this folder to Chromium and receives its frames. takeFrame(bytes) is called in order and may take its time.
async function serve({ takeFrame, onDone, onFailed }) {
  const waiting = new Map();
  let next = 0;
  let pumping = Promise.resolve();

  async function pump() {
    while (waiting.has(next)) {
      const { pixels, answer } = waiting.get(next);
      waiting.delete(next++);
      await takeFrame(pixels, next - 1);
      answer.end();
    }
  }

  async function handle(request, answer) {
    const { pathname } = new URL(request.url, "http://stage");
    if (request.method === "POST") {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      if (pathname === "/done") {
        answer.end();
        return onDone();
      }
      if (pathname === "/failed") {
        answer.end();
        return onFailed(new ComposeError(`the stage could not be drawn: ${body}`));
      }
      if (body.length !== kFrameBytes) throw new ComposeError(`a frame of ${body.length} bytes, not ${kFrameBytes}`);
      waiting.set(Number(pathname.split("/")[2]), { pixels: body, answer });
      pumping = pumping.then(pump);
      return pumping;
    }
    const file = resolve(kRoom, `.${decodeURIComponent(pathname)}`);
    if (!file.startsWith(kRoom) || !existsSync(file)) {
      answer.writeHead(404);
      return answer.end();
    }
    answer.writeHead(200, { "content-type": kTypes[extname(file)] ?? "application/octet-stream" });
    answer.end(await readFile(file));
  }

  const server = createServer((request, answer) => {
    handle(request, answer).catch((error) => {
      onFailed(error);
      if (!answer.headersSent) answer.writeHead(500);
      answer.end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

// Opens the stage in Chromium and passes each frame to takeFrame(bytes, index) until the last.
async function perform({ query, takeFrame, signal }) {
  const chromium = findChromium();
  signal.throwIfAborted();
  const profile = await mkdtemp(join(tmpdir(), "room-stage-"));
  const ending = new AbortController();
  const end = () => ending.abort();
  signal.addEventListener("abort", end, { once: true });
  let server;
  let browser;
  let clock;
  try {
    signal.throwIfAborted();
    await new Promise((done, failed) => {
      const wind = () => {
        clearTimeout(clock);
        const silent = new ComposeError(`Chromium sent no frame for ${kPatience / 1000} s`);
        clock = setTimeout(() => failed(silent), kPatience);
      };
      const take = async (pixels, index) => {
        wind();
        await takeFrame(pixels, index);
      };
      signal.addEventListener("abort", () => failed(signal.reason), { once: true });
      wind();
      serve({ takeFrame: take, onDone: done, onFailed: failed }).then((listening) => {
        server = listening;
        const page = `http://127.0.0.1:${server.address().port}/stage/stage.html${query}`;
        browser = start(chromium, [...kChromiumFlags, `--user-data-dir=${profile}`, page], ending.signal);
        browser.ended.then(({ code, said }) =>
          failed(new ComposeError(`Chromium stopped early (exit ${code}): ${said}`)),
        );
      }, failed);
    });
  } finally {
    clearTimeout(clock);
    signal.removeEventListener("abort", end);
    ending.abort();
    server?.closeAllConnections();
    server?.close();
    await browser?.ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

const rawInput = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", `${kWidth}x${kHeight}`];

async function composeVideo({ out, signal, report }) {
  const ffmpeg = findFfmpeg();
  const made = join(out, "room.mp4");
  const stamp = join(out, "room.mp4.inputs");
  const inputs = await hashInputs();
  if (existsSync(made) && (await readFile(stamp, "utf8").catch(() => "")) === inputs) {
    report(`${made} is up to date`);
    return made;
  }
  await mkdir(out, { recursive: true });
  const music = join(out, "room.wav");
  const part = join(out, "room.part.mp4");
  const total = kLoop * kFramesPerSecond;
  const began = Date.now();
  const ending = new AbortController(); // ffmpeg does not outlive a failure
  try {
    report("music");
    const tune = start(process.execPath, [join(kRoom, "music.mjs"), `${kLoop}`, music], signal);
    const { code: off, said: complaint } = await tune.ended;
    signal.throwIfAborted();
    if (off !== 0) throw new ComposeError(`music.mjs stopped (exit ${off}): ${complaint}`);
    const { child, ended } = start(
      ffmpeg,
      [
        ...["-y", "-hide_banner", "-loglevel", "error"],
        ...rawInput,
        ...["-r", `${kFramesPerSecond}`, "-i", "pipe:0", "-i", music],
        ...["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-profile:v", "high", "-bf", "0"],
        ...["-g", "50", "-keyint_min", "50", "-sc_threshold", "0", "-flags", "+cgop"],
        ...["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv"],
        ...["-c:a", "aac", "-b:a", "128k"],
        ...["-t", `${kLoop}`, "-movflags", "+faststart", part],
      ],
      ending.signal,
    );
    const finish = async () => {
      const { code, said } = await ended;
      if (code !== 0) throw new ComposeError(`ffmpeg stopped (exit ${code}): ${said}`);
    };
    let last = 0;
    await perform({
      query: "",
      signal,
      takeFrame: async (pixels, index) => {
        if (!child.stdin.writable) await finish(); // it takes no more: its exit says why
        if (!child.stdin.write(pixels)) await Promise.race([once(child.stdin, "drain").catch(finish), ended]);
        if (Date.now() - last > 2000 || index + 1 === total) {
          last = Date.now();
          const seconds = (last - began) / 1000;
          const percent = Math.round((100 * (index + 1)) / total);
          report(`frame ${index + 1} of ${total} (${percent} %), ${((index + 1) / seconds).toFixed(0)} frames/s`);
        }
      },
    });
    child.stdin.end();
    await finish();
    await rename(part, made);
    await writeFile(stamp, inputs);
    report(`${made} written in ${((Date.now() - began) / 1000).toFixed(0)} s`);
    return made;
  } finally {
    ending.abort();
    await Promise.all([music, part].map((file) => rm(file, { force: true })));
  }
}

async function composeStills({ out, times, signal, report }) {
  const ffmpeg = findFfmpeg();
  await mkdir(out, { recursive: true });
  await perform({
    query: `?still=${times.join(",")}`,
    signal,
    takeFrame: async (pixels, index) => {
      const file = join(out, `still-${times[index]}.png`);
      const { child, ended } = start(
        ffmpeg,
        ["-y", "-loglevel", "error", ...rawInput, "-i", "pipe:0", "-vf", "scale=in_color_matrix=bt709", file],
        signal,
      );
      child.stdin.end(pixels);
      const { code, said } = await ended;
      if (code !== 0) throw new ComposeError(`ffmpeg stopped (exit ${code}): ${said}`);
      report(file);
    },
  });
}

async function main() {
  const { values } = parseArgs({ options: { out: { type: "string" }, stills: { type: "string" } } });
  if (!values.out) throw new ComposeError("where to? Usage: node compose.mjs --out DIR [--stills SECONDS,...]");
  const stopping = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"]) {
    process.once(name, () => stopping.abort(new ComposeError(`stopped by ${name}; nothing was left behind`)));
  }
  const report = (line) => console.log(`room: ${line}`);
  const job = { out: resolve(values.out), signal: stopping.signal, report };
  if (values.stills) await composeStills({ ...job, times: values.stills.split(",").map(Number) });
  else await composeVideo(job);
}

main().catch((error) => {
  console.error(`room: ${error instanceof DemoError ? error.message : error.stack}`);
  process.exitCode = 1;
});
