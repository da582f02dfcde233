// Low-latency HLS, served, and judged by parsers that are not ours. That a player plays it: tests/browser.
import HLS from "hls-parser";
import { Parser } from "m3u8-parser";
import { afterAll, beforeAll, expect, it } from "vitest";
import { kPartSeconds, kPartsPerSegment, LowLatencyEncoder } from "./support/low-latency-encoder.mjs";
import { TestServer } from "./support/server.mjs";

const server = new TestServer();
const encoder = new LowLatencyEncoder(server.media);
const streamUrl = (name) => `${server.url}/v1/streams/tea-house/${name}`;
const reload = (query = "") => fetch(streamUrl(`live.m3u8${query}`));

/** The next part that is not there yet, after the playlist. */
function nextOf(playlist) {
  const [, segment, part] = /PRELOAD-HINT:.*URI="segments\/s(\d+)-(\d+)\.m4s"/.exec(playlist);
  return { segment: Number(segment), part: Number(part) };
}

beforeAll(async () => {
  await server.start();
  encoder.start();
  while ((await reload()).status !== 200) await new Promise((resolve) => setTimeout(resolve, 50));
});
afterAll(async () => {
  await encoder.stop();
  await server.dispose();
});

it("waits with the playlist until it has the part that is asked for", async () => {
  for (let i = 0; i < 2 * kPartsPerSegment; i++) {
    const { segment, part } = nextOf(await (await reload()).text());
    const response = await reload(`?_HLS_msn=${segment}&_HLS_part=${part}`);
    expect(response.status).toBe(200);
    const after = nextOf(await response.text());
    expect(after.segment * kPartsPerSegment + after.part).toBeGreaterThan(segment * kPartsPerSegment + part);
  }
});

it("waits with the segment that it hints at, and gives it whole", async () => {
  const { segment, part } = nextOf(await (await reload()).text());
  const response = await fetch(streamUrl(`segments/s${segment}-${part}.m4s`));
  expect(response.status).toBe(200);
  const bytes = Buffer.from(await response.arrayBuffer());
  // Boxes of MP4 from the first byte to the last.
  const types = [];
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at))
    types.push(bytes.toString("latin1", at + 4, at + 8));
  expect(types).toContain("moof");
  expect(types.at(-1)).toBe("mdat");
});

it("writes what both parsers read alike", async () => {
  const playlist = await (await reload()).text();
  const parsed = HLS.parse(playlist);
  const parser = new Parser();
  parser.push(playlist);
  parser.end();
  const { manifest } = parser;
  for (const control of [parsed.lowLatencyCompatibility, manifest.serverControl]) {
    expect(control.canBlockReload).toBe(true);
    expect(control.partHoldBack).toBeCloseTo(3 * kPartSeconds, 6);
  }
  expect(parsed.partTargetDuration).toBe(kPartSeconds);
  expect(manifest.partTargetDuration).toBe(kPartSeconds);
  const uris = (segments) =>
    segments.flatMap(({ parts }) => (parts ?? []).filter(({ hint }) => !hint).map(({ uri }) => uri));
  const ours = uris(parsed.segments);
  expect(ours.length).toBeGreaterThan(kPartsPerSegment);
  expect(ours).toEqual(uris([...manifest.segments, manifest.preloadSegment]));
  for (const uri of ours) expect(uri).toMatch(/^segments\/s\d+-\d\.m4s$/);
  const { segment, part } = nextOf(playlist);
  expect(manifest.preloadSegment.preloadHints).toEqual([{ type: "PART", uri: `segments/s${segment}-${part}.m4s` }]);
  expect(manifest.dateRanges.length).toBeGreaterThan(1);
  // Compared by their IDs: m3u8-parser has them in one list, hls-parser at the segments behind them.
  const ids = new Set(manifest.dateRanges.map(({ id }) => id));
  for (const { dateRange } of parsed.segments) if (dateRange) expect(ids.has(dateRange.id)).toBe(true);
});

it("says at once that it will not have what is far ahead", async () => {
  const { segment } = nextOf(await (await reload()).text());
  expect((await reload(`?_HLS_msn=${segment + 3}`)).status).toBe(400);
  expect((await reload("?_HLS_part=1")).status).toBe(400);
});
