// One system on a page, driven from outside through window.bench.

import { longestInterval } from "../statistics.mjs";
import { commentStream, crossingSeconds } from "../stream.mjs";
import { Feed } from "./feed.mjs";
import { Player } from "./player.mjs";
import { FrameProbe, installProbe } from "./probe.mjs";

/** For systems that play a recording: longer than any measurement takes. */
const recordingSeconds = 40;
const burstMs = 1000;
const afterBurstMs = 1200; // the package tells its figures once a second

const query = new URLSearchParams(location.search);
const rate = Number(query.get("size")) / crossingSeconds;
const box = document.querySelector("#stage");
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

installProbe();

async function start() {
  await Promise.all([document.fonts.load('24px "Noto Sans CJK SC"'), document.fonts.ready]);
  const player = new Player();
  const next = commentStream();
  const { create } = await import(`/page/adapters/${query.get("system")}.js`);
  const upcoming = commentStream();
  const recording = Array.from({ length: Math.floor(rate * recordingSeconds) }, (_, index) => ({
    comment: upcoming(),
    at: index / rate,
  }));
  const adapter = await create({ box, player, recording });
  const send = (comments) => {
    if (adapter.push) adapter.push(comments);
    else if (feed.bursting) adapter.burst?.(comments);
  };
  const feed = new Feed(next, send, rate);
  const probe = new FrameProbe((now) => {
    player.step(now);
    feed.step(now);
    adapter.frame?.(now);
  });
  return { adapter, feed, probe };
}

const ready = start();

window.bench = {
  /** What the report should say about this system; undefined if nothing. */
  async ready() {
    return (await ready).adapter.note;
  },

  async begin() {
    const { adapter, probe } = await ready;
    await adapter.frameTimes?.();
    probe.take();
    this.began = performance.now();
    this.statsBefore = adapter.stats?.();
  },

  /** Since begin(). Times are milliseconds. */
  async end() {
    const { adapter, probe } = await ready;
    const seconds = (performance.now() - this.began) / 1000;
    const { times, costs } = probe.take();
    const drawn = (await adapter.frameTimes?.()) ?? times;
    const stats = adapter.stats?.();
    return {
      seconds,
      frames: drawn.length,
      times: drawn,
      costs,
      visible: adapter.visible(),
      ...(stats && { statsFps: stats.fps, dropped: stats.dropped - this.statsBefore.dropped }),
    };
  },

  /** Makes reports for so long, a pause after each; how long each took. */
  async contribute(ms, pause) {
    const { adapter } = await ready;
    const took = [];
    let bytes = 0;
    for (const end = performance.now() + ms; performance.now() < end; ) {
      const from = performance.now();
      bytes = await adapter.contribute();
      took.push(performance.now() - from);
      await sleep(pause);
    }
    return { took, bytes };
  },

  /** Keeps this thread busy; how many frames the system drew in that time. */
  async block(ms) {
    const { adapter, probe } = await ready;
    await adapter.frameTimes?.();
    probe.take();
    const from = performance.now();
    performance.mark("bench-block-begin");
    while (performance.now() - from < ms);
    performance.mark("bench-block-end");
    const to = performance.now();
    await sleep(500);
    const times = (await adapter.frameTimes?.()) ?? probe.take().times;
    return { seconds: (to - from) / 1000, frames: times.filter((time) => time > from && time < to).length };
  },

  /** So many comments in one second; the longest time without a frame in it and shortly after. */
  async burst(count) {
    const { adapter, feed, probe } = await ready;
    await adapter.frameTimes?.();
    adapter.longestFrame?.();
    probe.take();
    const from = performance.now();
    feed.burst(count, from);
    await sleep(burstMs + afterBurstMs);
    const to = performance.now();
    const times = (await adapter.frameTimes?.()) ?? probe.take().times;
    return { longest: longestInterval(times, from, to), told: adapter.longestFrame?.() };
  },
};
