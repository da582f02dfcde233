import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { TestServer } from "./support/server.mjs";

const server = new TestServer({ limits: "comments_per_minute = 5", server: 'trusted_proxies = ["127.0.0.1"]' });
beforeAll(() => server.start());
afterAll(() => server.dispose());

const open = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.terminate();
});

let addresses = 0;
const newAddress = () => `10.0.${addresses >> 8}.${addresses++ & 255}`;

/** A viewer who keeps what arrives in `received`; of an address of his own, where the server believes in proxies. */
async function watch({ headers, on = server, from = newAddress() } = {}) {
  const socket = new WebSocket(`${on.url.replace("http", "ws")}/v1/streams/tea-house/comments`, {
    headers: { "X-Forwarded-For": from, ...headers },
  });
  open.push(socket);
  socket.received = [];
  socket.on("message", (data, isBinary) => {
    expect(isBinary).toBe(true);
    socket.received.push(JSON.parse(data));
  });
  socket.closed = once(socket, "close").then(([code, reason]) => ({ code, reason: reason.toString() }));
  await once(socket, "open");
  return socket;
}

async function until(condition) {
  for (let tries = 0; !condition(); tries++) {
    if (tries > 500) throw new Error(`never came true: ${condition}`);
    await sleep(20);
  }
}

/** The status with which an upgrade was refused. */
async function refusal({ on = server, stream = "tea-house", headers } = {}) {
  const socket = new WebSocket(`${on.url.replace("http", "ws")}/v1/streams/${stream}/comments`, { headers });
  socket.on("error", () => {});
  const [, response] = await once(socket, "unexpected-response");
  socket.terminate();
  return response.statusCode;
}

const say = (socket, text, user = "momo") => socket.send(JSON.stringify({ text, user }));

describe("a comment", () => {
  it("reaches everybody, and its writer as his own", async () => {
    const [writer, reader] = [await watch(), await watch()];
    say(writer, '好茶 🍵 "a"');
    await until(() => writer.received.length && reader.received.length);
    const { own, ...comment } = writer.received[0];
    expect(own).toBe(true);
    expect(reader.received[0]).toEqual(comment);
    expect(comment).toMatchObject({ user: "momo", text: '好茶 🍵 "a"' });
    expect(comment.id).toMatch(/^[0-9a-f]{8}-\d+$/);
    expect(typeof comment.at).toBe("number");
  });

  it("reaches two hundred viewers, each once, in the order of writing", async () => {
    const viewers = await Promise.all(Array.from({ length: 200 }, () => watch()));
    for (let i = 0; i < 5; i++) say(viewers[0], `${i}`);
    await until(() => viewers.every((viewer) => viewer.received.length >= 5));
    for (const viewer of viewers) {
      expect(viewer.received.map((comment) => comment.text)).toEqual(["0", "1", "2", "3", "4"]);
    }
    expect(await server.metric('sotto_websocket_clients{stream="tea-house"}')).toBeGreaterThanOrEqual(200);
  });

  it("is refused, without losing the connection, when an address writes too often", async () => {
    const from = newAddress();
    const writer = await watch({ from });
    for (let i = 0; i < 6; i++) say(writer, `${i}`);
    await until(() => writer.received.length === 6);
    expect(writer.received.filter((message) => message.own)).toHaveLength(5);
    expect(writer.received.find((message) => message.status)).toMatchObject({ status: 429, code: "RATE_LIMITED" });
    expect(writer.readyState).toBe(WebSocket.OPEN);
    // Also over another connection, and before it is read.
    const again = await watch({ from });
    again.send("no comment");
    await until(() => again.received.length === 1);
    expect(again.received[0]).toMatchObject({ status: 429 });
  });

  it("closes the connection of one who writes on although he is refused", async () => {
    const [writer, reader] = [await watch(), await watch()];
    for (let i = 0; i < 5 + 21; i++) say(writer, `${i}`);
    expect((await writer.closed).code).toBe(1008);
    await until(() => reader.received.length === 5);
  });

  it("is refused when all of a stream together write too much", async () => {
    const calm = await new TestServer({
      limits: "comments_per_minute = 0\nstream_comments_per_second = 3\ncomment_queue = 100",
    }).start();
    const [writer, reader] = [await watch({ on: calm }), await watch({ on: calm })];
    for (let i = 0; i < 50; i++) say(writer, `${i}`);
    await until(() => writer.received.length === 50);
    const published = writer.received.filter((message) => message.own);
    expect(published.length).toBeGreaterThanOrEqual(3);
    expect(published.length).toBeLessThan(50);
    expect(writer.received.find((message) => message.status)).toMatchObject({ status: 503, code: "UNAVAILABLE" });
    await until(() => reader.received.length === published.length);
    await calm.dispose();
  });

  it.each([
    ["that is no JSON", "hello", 1007],
    ["without text", "{}", 1007],
    ["with nothing to read", '{"text":"  "}', 1007],
    ["of two lines", '{"text":"a\\nb"}', 1007],
    ["in a binary frame", Buffer.from('{"text":"a"}'), 1003],
    ["that is too long", JSON.stringify({ text: "a".repeat(4_096) }), 1009],
  ])("%s closes the connection", async (_, frame, code) => {
    const [writer, reader] = [await watch(), await watch()];
    writer.send(frame);
    expect((await writer.closed).code).toBe(code);
    expect(reader.received).toEqual([]);
  });

  it("that is no UTF-8 closes the connection", async () => {
    const writer = await watch();
    writer.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false });
    expect((await writer.closed).code).toBe(1007);
  });

  it("is not published when it comes after one that closes the connection", async () => {
    const [writer, reader] = [await watch(), await watch()];
    writer.send("no comment");
    say(writer, "too late");
    expect((await writer.closed).code).toBe(1007);
    const other = await watch();
    say(other, "in time");
    await until(() => reader.received.length > 0);
    expect(reader.received.map((comment) => comment.text)).toEqual(["in time"]);
  });
});

describe("a viewer", () => {
  it("is asked for pongs, and given up without them", async () => {
    const impatient = await new TestServer({ limits: "viewer_idle_seconds = 4" }).start();
    const alive = await watch({ on: impatient });
    const dead = await watch({ on: impatient });
    dead.pong = () => {}; // ws answers pings by this
    const { code } = await dead.closed;
    expect([1001, 1006]).toContain(code);
    expect(alive.readyState).toBe(WebSocket.OPEN);
    await impatient.dispose();
  });

  it("is refused where there is no stream, and without upgrade", async () => {
    expect(await refusal({ stream: "none" })).toBe(404);
    expect((await fetch(`${server.url}/v1/streams/tea-house/comments`)).status).toBe(426);
  });

  it("who reads slowly loses the oldest comments, and holds nobody up", async () => {
    const busy = await new TestServer({
      limits: "comments_per_minute = 0\nstream_comments_per_second = 0\ncomment_queue = 8",
    }).start();
    const slow = await watch({ on: busy });
    slow.pause();
    const [writer, reader] = [await watch({ on: busy }), await watch({ on: busy })];
    const long = "茶".repeat(1_200);
    const count = 500; // 2 MB: more than the kernel's buffers hold for a connection that nobody reads
    for (let i = 0; i < count; i++) {
      say(writer, `${i} ${long}`);
      // No faster than those who read, whose queues are as short.
      if (i % 8 === 7) {
        while (Math.min(reader.received.length, writer.received.length) <= i) await new Promise(setImmediate);
      }
    }
    await until(() => reader.received.length === count);
    const dropped = await busy.metric('sotto_comments_dropped_total{stream="tea-house"}');
    expect(dropped).toBeGreaterThan(0);
    slow.resume();
    await until(() => slow.received.length === count - dropped);
    // In order, and at the end what fits into the queue: the newest.
    const numbers = slow.received.map((comment) => Number(comment.text.split(" ")[0]));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(numbers.slice(-8)).toEqual(Array.from({ length: 8 }, (_, i) => count - 8 + i));
    await busy.dispose();
  });

  it("of a page that is not allowed is refused", async () => {
    const strict = await new TestServer({ server: 'cors_origins = ["https://shop.example"]' }).start();
    expect(await refusal({ on: strict, headers: { Origin: "https://evil.example" } })).toBe(403);
    await watch({ on: strict, headers: { Origin: "https://shop.example" } });
    await strict.dispose();
  });

  it("is one of so many from an address", async () => {
    const small = await new TestServer({ limits: "viewers_per_address = 2" }).start();
    const [first] = [await watch({ on: small }), await watch({ on: small })];
    expect(await refusal({ on: small })).toBe(429);
    first.close();
    await first.closed;
    while ((await small.metric('sotto_websocket_clients{stream="tea-house"}')) > 1) await sleep(20);
    await watch({ on: small });
    await small.dispose();
  });

  it("is one of so many of a stream", async () => {
    const small = await new TestServer({
      server: 'trusted_proxies = ["127.0.0.1"]',
      limits: "viewers_per_stream = 2",
    }).start();
    const [first] = [await watch({ on: small }), await watch({ on: small })];
    expect(await refusal({ on: small, headers: { "X-Forwarded-For": newAddress() } })).toBe(503);
    first.close();
    await first.closed;
    while ((await small.metric('sotto_websocket_clients{stream="tea-house"}')) > 1) await sleep(20);
    await watch({ on: small });
    await small.dispose();
  });
});

describe("recorded comments", () => {
  it("come on the programme's clock, again after their period", async () => {
    const viewer = await watch();
    // Programme time 0 was eight seconds ago.
    const epoch = new Date(Date.now() - 8_000).toISOString().replace("Z", "+0000");
    writeFileSync(
      join(server.media, "live.m3u8"),
      `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:2.0,\n#EXT-X-PROGRAM-DATE-TIME:${epoch}\nlive0.ts\n`,
    );
    await until(() => viewer.received.length >= 8);
    const { received } = viewer;
    for (const [i, comment] of received.entries()) {
      const [id, repetition] = comment.id.split(".");
      expect(comment.at).toBe(Number(id.slice(1)) / 2 + 10 * Number(repetition));
      expect(comment.text).toBe(`重播 ${id.slice(1)}`);
      if (i > 0) expect(comment.at - received[i - 1].at).toBeCloseTo(0.5, 9);
    }
    expect(received[0].at).toBeGreaterThan(7.5);
    expect(received.at(-1).id).toMatch(/\.1$/);
  });
});
