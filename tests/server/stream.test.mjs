// A live stream by ffmpeg, served, and judged by parsers that are not ours.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import HLS from "hls-parser";
import { Parser } from "m3u8-parser";
import { parse as parseMpd } from "mpd-parser";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TestServer } from "./support/server.mjs";

const server = new TestServer();
const streamUrl = (name) => `${server.url}/v1/streams/tea-house/${name}`;
const text = async (name) => (await fetch(streamUrl(name))).text();
let ffmpeg;

function startEncoder() {
  const source = "testsrc2=size=320x180:rate=25";
  ffmpeg = spawn(
    "ffmpeg",
    [
      ...["-hide_banner", "-loglevel", "error", "-nostdin", "-re", "-f", "lavfi", "-i", source],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "baseline", "-g", "25", "-pix_fmt", "yuv420p"],
      ...["-f", "hls", "-hls_time", "1", "-hls_list_size", "4"],
      ...["-hls_flags", "delete_segments+program_date_time+independent_segments+temp_file+omit_endlist+append_list"],
      ...["-hls_segment_filename", `${server.media}/live%d.ts`, `${server.media}/live.m3u8`],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "baseline", "-g", "25", "-pix_fmt", "yuv420p"],
      ...["-f", "dash", "-seg_duration", "1", "-window_size", "4", "-extra_window_size", "4"],
      `${server.media}/live.mpd`,
    ],
    { stdio: "inherit" },
  );
}

/** The media playlist once it has that many segments. */
async function playlistWith(segments) {
  for (let tries = 0; tries < 200; tries++) {
    const response = await fetch(streamUrl("live.m3u8"));
    const body = await response.text();
    if (response.status === 200 && HLS.parse(body).segments.length >= segments) return body;
    await sleep(100);
  }
  throw new Error("ffmpeg wrote no playlist");
}

beforeAll(async () => {
  await server.start();
});
afterAll(async () => {
  ffmpeg?.kill();
  await server.dispose();
});

it("asks to wait while the encoder has written nothing", async () => {
  const response = await fetch(streamUrl("live.m3u8"));
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("1");
  expect((await server.manifest()).epoch).toBe("");
});

it("serves ffmpeg's segments, with the products' times added to its playlist", async () => {
  startEncoder();
  const playlist = await playlistWith(3);
  const parsed = HLS.parse(playlist);
  expect(parsed.isMasterPlaylist).toBe(false);
  for (const segment of parsed.segments) {
    expect(segment.uri).toMatch(/^segments\/live\d+\.ts$/);
    expect(segment.programDateTime).toBeInstanceOf(Date);
    const response = await fetch(streamUrl(segment.uri));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("video/mp2t");
    const bytes = Buffer.from(await response.arrayBuffer());
    // An MPEG transport stream: packets of 188 bytes, each beginning with 0x47.
    expect(bytes.length % 188).toBe(0);
    for (let at = 0; at < bytes.length; at += 188) if (bytes[at] !== 0x47) throw new Error(`no packet at ${at}`);
  }
});

it("writes DATERANGEs that both parsers read alike", async () => {
  const playlist = await playlistWith(3);
  const epoch = Date.parse((await server.manifest()).epoch);
  const parser = new Parser();
  parser.push(playlist);
  parser.end();
  const ranges = parser.manifest.dateRanges;
  expect(ranges.length).toBeGreaterThan(3);
  for (const range of ranges) {
    const [event, repetition] = range.id.split(".");
    const second = { e1: 0.5, e2: 3 }[event] + 10 * Number(repetition);
    expect(range.startDate.getTime()).toBe(epoch + second * 1000);
    expect(range).toMatchObject({ class: "com.sotto.product", duration: 2 });
    expect(range.xSottoProduct).toBe({ e1: "p1", e2: "p2" }[event]);
    expect(range.xSottoTitleZh).toBe(`商品 ”${event === "e1" ? 1 : 2}”`);
    expect(range.xSottoPrice).toBe(event === "e1" ? "CNY 1.00" : "CNY 2.00");
  }
  const other = HLS.parse(playlist).segments.flatMap((segment) => segment.dateRange ?? []);
  expect(other.length).toBeGreaterThan(0);
  for (const range of other) {
    const same = ranges.find((candidate) => candidate.id === range.id);
    expect(range.start.getTime()).toBe(same.startDate.getTime());
    expect(range.attributes["X-SOTTO-PRODUCT"]).toBe(same.xSottoProduct);
  }
});

it("never changes the attributes of an ID while the stream goes on", async () => {
  const lines = new Map();
  for (let i = 0; i < 15; i++) {
    for (const line of (await text("live.m3u8")).split("\n").filter((one) => one.startsWith("#EXT-X-DATERANGE"))) {
      const id = /ID="([^"]+)"/.exec(line)[1];
      expect(lines.get(id) ?? line).toBe(line);
      lines.set(id, line);
    }
    await sleep(200);
  }
  expect(lines.size).toBeGreaterThan(3);
});

it("moves on with the encoder, under a new entity tag", async () => {
  const ask = (tag) => fetch(streamUrl("live.m3u8"), { headers: { "If-None-Match": tag }, cache: "no-store" });
  const sequenceOf = async (response) => HLS.parse(await response.text()).mediaSequenceBase;
  let now = await ask("");
  const sequence = await sequenceOf(now);
  let later = sequence;
  let unchanged = 0;
  while (later === sequence || unchanged === 0) {
    const tag = now.headers.get("etag");
    now = await ask(tag);
    expect(now.headers.get("etag") === tag).toBe(now.status === 304);
    if (now.status === 304) unchanged++;
    else later = await sequenceOf(now);
    await sleep(100);
  }
  expect(later).toBeGreaterThan(sequence);
});

it("writes the same products into the MPD of a DASH encoder, whose segments are there", async () => {
  let response;
  for (let tries = 0; tries < 200 && response?.status !== 200; tries++) {
    response = await fetch(streamUrl("live.mpd"));
    await sleep(100);
  }
  expect(response.headers.get("content-type")).toBe("application/dash+xml");
  const mpd = await response.text();
  const begun = Date.parse(/availabilityStartTime="([^"]+)"/.exec(mpd)[1]);
  const epoch = Date.parse((await server.manifest()).epoch);
  const { eventStream, playlists } = parseMpd(mpd, { manifestUri: streamUrl("live.mpd") });
  expect(eventStream.length).toBeGreaterThan(3);
  for (const event of eventStream) {
    expect(event.schemeIdUri).toBe("urn:sotto:product:2026");
    const said = JSON.parse(event.messageData);
    const second = { e1: 0.5, e2: 3 }[said.event] + 10 * said.repetition;
    expect(begun + event.start * 1000).toBeCloseTo(Math.max(begun, epoch + second * 1000), 0);
    expect(said).toMatchObject({ e1: { product: "p1" }, e2: { product: "p2" } }[said.event]);
    expect(said.title.zh).toBe(`商品 "${said.product.slice(1)}"`);
  }
  expect(playlists).toHaveLength(1);
  expect(playlists[0].segments.length).toBeGreaterThan(0);
  const { resolvedUri, map } = playlists[0].segments.at(-1);
  for (const [url, type] of [
    [map.resolvedUri, "ftyp"],
    [resolvedUri, "styp"],
  ]) {
    const segment = await fetch(url);
    expect(segment.status).toBe(200);
    expect(Buffer.from(await segment.arrayBuffer()).toString("latin1", 4, 8)).toBe(type);
  }
  // What the encoder has there and the MPD does not mean.
  expect((await fetch(streamUrl("segments/other-stream0-00001.m4s"))).status).toBe(404);
});

it("names its one variant", async () => {
  const parsed = HLS.parse(await text("master.m3u8"));
  expect(parsed.isMasterPlaylist).toBe(true);
  expect(parsed.variants).toHaveLength(1);
  expect(parsed.variants[0]).toMatchObject({
    uri: "live.m3u8",
    bandwidth: 2_500_000,
    codecs: "avc1.42c00d",
    resolution: { width: 320, height: 180 },
    frameRate: 25,
  });
});

it("keeps the epoch when encoder and server start again", async () => {
  const { epoch } = await server.manifest();
  // The moment of programme time 0 is when ffmpeg began.
  expect(Math.abs(Date.parse(epoch) - Date.now())).toBeLessThan(60_000);
  ffmpeg.kill();
  await once(ffmpeg, "exit");
  const before = HLS.parse(await playlistWith(2));
  const restarted = Date.now();
  startEncoder();
  let last;
  while (!last || last.programDateTime < restarted) {
    await sleep(100);
    last = HLS.parse(await playlistWith(2)).segments.at(-1);
  }
  // append_list: the numbers go on, so that players do.
  expect(last.mediaSequenceNumber).toBeGreaterThan(before.segments.at(-1).mediaSequenceNumber);
  expect((await server.manifest()).epoch).toBe(epoch);
  const events = (playlist) => playlist.match(/#EXT-X-DATERANGE:ID="e1[^,]*",.*START-DATE="[^"]*"/g);
  const known = events(await playlistWith(2));

  await server.stop("SIGKILL");
  await server.start();
  const again = events(await playlistWith(2));
  expect((await server.manifest()).epoch).toBe(epoch);
  expect(again.filter((event) => known.includes(event)).length).toBeGreaterThan(3);
});
