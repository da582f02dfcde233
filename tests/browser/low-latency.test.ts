// A low-latency stream in hls.js: blocking reloads, parts, and the products' date ranges.
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type Hls from "hls.js";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../../web-demo/demo/browser.mjs";
import { kPartSeconds, LowLatencyEncoder } from "../server/support/low-latency-encoder.mjs";
import { TestServer } from "../server/support/server.mjs";

declare global {
  interface Window {
    Hls: typeof Hls;
    hls: Hls;
    ranges: Record<string, Record<string, string>>;
  }
}

const script = readFileSync(new URL("../../node_modules/hls.js/dist/hls.min.js", import.meta.url));
const html = `<!doctype html><title>player</title><video muted></video><script src="hls.js"></script>`;
const server = new TestServer({ server: 'cors_origins = ["*"]' });
const encoder = new LowLatencyEncoder(server.media);
let pages: Server;
let browser: Browser;

beforeAll(async () => {
  pages = createServer((request, response) => {
    const isScript = request.url === "/hls.js";
    response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? script : html);
  });
  await new Promise<void>((listening) => pages.listen(0, "127.0.0.1", listening));
  await server.start();
  encoder.start();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await encoder.stop();
  await server.dispose();
  pages?.close();
});

test("plays a part behind the encoder, waits for the playlist, and knows the products", async () => {
  const page = await browser.newPage();
  const reloads: string[] = [];
  const failed: string[] = [];
  page.on("request", (request) => {
    const { pathname, search } = new URL(request.url());
    if (pathname.endsWith("live.m3u8")) reloads.push(search);
  });
  page.on("response", (response) => {
    // 503: an encoder that is late, as on a busy machine.
    if (response.status() >= 400 && response.status() !== 503) failed.push(`${response.status()} ${response.url()}`);
  });
  const playlist = `${server.url}/v1/streams/tea-house/live.m3u8`;
  while ((await fetch(playlist)).status !== 200) await page.waitForTimeout(50);
  await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/`);
  await page.evaluate((url) => {
    const video = document.querySelector("video");
    if (!video) throw new Error("no video");
    window.ranges = {};
    window.hls = new window.Hls({ lowLatencyMode: true });
    window.hls.on(window.Hls.Events.LEVEL_UPDATED, (_, { details }) => {
      for (const [id, range] of Object.entries(details.dateRanges)) {
        if (range) window.ranges[id] = { ...(range.attr as unknown as Record<string, string>) };
      }
    });
    window.hls.loadSource(url);
    window.hls.attachMedia(video);
    return video.play();
  }, playlist);
  await expect.poll(() => page.evaluate(() => document.querySelector("video")?.currentTime ?? 0)).toBeGreaterThan(4);
  const { latency, target, details, parts } = await page.evaluate(() => {
    const { latency, targetLatency, latestLevelDetails } = window.hls;
    return {
      latency,
      target: targetLatency ?? 0,
      details: latestLevelDetails?.canBlockReload,
      parts: latestLevelDetails?.partList?.length ?? 0,
    };
  });
  expect(details).toBe(true);
  expect(parts).toBeGreaterThan(4);
  // Three parts are what the server says, and a player that had to wait adds a little; three segments would be six
  // seconds.
  expect(target).toBeGreaterThan(2.99 * kPartSeconds);
  expect(target).toBeLessThan(6);
  expect(latency).toBeGreaterThan(0);
  // From the second request on each names the part that it waits for.
  const blocking = reloads.filter((query) => /_HLS_msn=\d+&_HLS_part=\d+/.test(query));
  expect(blocking.length).toBeGreaterThan(4);
  expect(failed).toEqual([]);

  const ranges = await page.evaluate(() => window.ranges);
  expect(Object.keys(ranges).length).toBeGreaterThan(1);
  for (const [id, attributes] of Object.entries(ranges)) {
    const product = id.startsWith("e1.") ? "p1" : "p2";
    expect(attributes).toMatchObject({ ID: id, CLASS: "com.sotto.product", "X-SOTTO-PRODUCT": product });
  }
});
