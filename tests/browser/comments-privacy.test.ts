// What people say stays on the device: planted comments are judged, explained and analysed in a page whose every request,
// header, body and frame is looked through for them in any coding; and the worker that reads them has no way out.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import type { LiveSession } from "@sotto/live";
import type { Browser, Page, Worker } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { launchChromium } from "../../web-demo/demo/browser.mjs";

declare global {
  interface Window {
    session: LiveSession;
    ready: Promise<void>;
  }
}

const kPackage = fileURLToPath(new URL("../../sdk/ts/", import.meta.url));
/** With it the browser itself closes the worker's ways, whatever runs in it. */
const kWorkerCsp = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'";

const kOfTheRoom = ["獾子在月光下数茶叶罐", "zebra-marmalade at the harbour?"];
const kOfThePage = ["松鼠宴上的蓝色算盘多少钱", "quince lantern is rubbish 😡"];
const kViewers = ["peregrine-falcon-77", "紫罗兰钟表匠"];
const kPlanted = [...kOfTheRoom, ...kOfThePage, ...kViewers];
const kPublic = "a public greeting";

const html = `<!doctype html><html lang="en"><title>room</title><video></video><script type="module" src="/page.js"></script>`;
const script = `
import { LiveSession } from "/dist/index.js";
const price = { amount: 100, currency: "CNY" };
const product = (id, zh, en) => ({ id, title: { zh, en }, category: "tea", price, image: "" });
window.ready = LiveSession.create({
  video: document.querySelector("video"),
  manifest: {
    version: 1, stream: "room", title: { zh: "房间", en: "Room" }, comments: location.origin.replace("http", "ws") + "/room",
    products: [product("p1", "高山绿茶", "Mountain Green Tea"), product("p2", "桂花乌龙", "Osmanthus Oolong")],
    events: [], models: [], tasks: [],
  },
  storage: "memory",
}).then((session) => { window.session = session; });`;

const types: Record<string, string> = { ".js": "text/javascript", ".wasm": "application/wasm" };

interface Received {
  /** Line, headers and body of each request, upgrades included. */
  requests: string[];
  /** Frames that the page sent. */
  frames: string[];
}

/** The page's site and its room. `csp` is sent with the worker's script. */
async function serve(csp?: string) {
  const received: Received = { requests: [], frames: [] };
  const note = (request: IncomingMessage, body = "") =>
    received.requests.push(`${request.method} ${request.url}\n${request.rawHeaders.join("\n")}\n${body}`);
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    note(request, Buffer.concat(chunks).toString("latin1"));
    const path = normalize(new URL(request.url ?? "/", "http://x").pathname);
    const file = join(kPackage, path);
    const content =
      path === "/" ? html : path === "/page.js" ? script : existsSync(file) ? readFileSync(file) : undefined;
    response
      .writeHead(content ? 200 : 404, {
        "content-type": path === "/" ? "text/html" : (types[extname(path)] ?? "application/octet-stream"),
        ...(csp && path === "/dist/worker.js" && { "content-security-policy": csp }),
      })
      .end(content);
  });
  const room = new WebSocketServer({ server, path: "/room" });
  room.on("connection", (socket, request) => {
    note(request);
    socket.on("message", (data: Buffer) => received.frames.push(data.toString("latin1")));
    const said = kOfTheRoom.map((text, index) => ({ id: `c${index}`, at: index, user: kViewers[index], text }));
    socket.send(Buffer.from(JSON.stringify(said)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    received,
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of room.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function fnv1a64(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash;
}

/** How a text might be written in a request. Base64 by what stays the same wherever in a message it begins. */
function codingsOf(text: string): string[] {
  const utf8 = Buffer.from(text, "utf8");
  const utf16 = Buffer.from(text, "utf16le");
  const swapped = Buffer.from(utf16).swap16();
  const base64 = [utf8, utf16, swapped].flatMap((bytes) =>
    [0, 1, 2].map((shift) =>
      Buffer.concat([Buffer.alloc(shift), bytes])
        .toString("base64")
        .slice(4, -4),
    ),
  );
  const digest = createHash("sha256").update(utf8).digest();
  const fnv = fnv1a64(utf8);
  const percent = (bytes: Buffer) => [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  const units = [...utf16.toString("utf16le")].map((unit) => unit.charCodeAt(0).toString(16).padStart(4, "0"));
  return [
    text,
    utf8.toString("latin1"),
    utf16.toString("latin1"),
    swapped.toString("latin1"),
    encodeURIComponent(text),
    ...[utf8, utf16, swapped].flatMap((bytes) => [bytes.toString("hex"), percent(bytes)]),
    units.map((unit) => `%u${unit}`).join(""),
    units.map((unit) => `\\u${unit}`).join(""),
    ...base64,
    ...base64.map((code) => code.replaceAll("+", "-").replaceAll("/", "_")),
    digest.toString("hex"),
    digest.toString("base64").slice(0, -1),
    digest.toString("base64url"),
    fnv.toString(16).padStart(16, "0"),
    fnv.toString(),
    BigInt.asIntN(64, fnv).toString(),
  ].filter((code) => code.length > 5);
}

/** What of the planted stands in a message, in whatever coding and case. */
function leaksIn(message: string): string[] {
  const places = [message, message.toLowerCase()];
  try {
    places.push(decodeURIComponent(message));
  } catch {} // not percent-coded as a whole
  return kPlanted
    .flatMap(codingsOf)
    .filter((code) => places.some((place) => place.includes(code) || place.includes(code.toLowerCase())));
}

test("The search finds a planted text in each of its codings", () => {
  for (const text of kPlanted) {
    for (const code of codingsOf(text)) expect(leaksIn(`GET /?x=${code}&y`)).toContain(code);
    expect(leaksIn(Buffer.from(`{"said":"${text}"}`).toString("base64"))).not.toEqual([]);
  }
  expect(leaksIn("GET /v1/models/comments/1")).toEqual([]);
});

describe.each([
  ["", undefined],
  [", under a policy of its own", kWorkerCsp],
])("A page whose worker is served as it is%s", (_, csp) => {
  let browser: Browser | undefined;
  let site: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    browser = await launchChromium();
    site = await serve(csp);
  });
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  async function open(): Promise<{ page: Page; worker: Worker; seen: string[]; errors: string[] }> {
    const page = await (browser as Browser).newPage();
    const seen: string[] = [];
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.context().on("request", (request) => {
      const body = request.postDataBuffer()?.toString("latin1") ?? "";
      seen.push(`${request.method()} ${request.url()}\n${JSON.stringify(request.headers())}\n${body}`);
    });
    page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => seen.push(String(payload))));
    await page.goto(site.origin);
    await page.evaluate(() => window.ready);
    return { page, worker: page.workers()[0] as Worker, seen, errors };
  }

  test("sends nothing of what it judges, explains and analyses", async () => {
    const { page, seen, errors } = await open();
    const answers = await page.evaluate(
      async ([texts, viewers, publicly]) => {
        const { comments } = window.session;
        const verdicts = await comments.classify(texts);
        const explanation = await comments.explain(texts[0] as string, { head: "intent" });
        await comments.setThresholds({ toxicity: 0.5 });
        comments.observe(texts.map((text, index) => ({ text, viewer: viewers[index] as string })));
        while (comments.connection !== "open") await new Promise((resolve) => setTimeout(resolve, 20));
        let summary = await comments.summary();
        for (let tries = 0; summary.comments < 4 && tries < 200; tries++) {
          await new Promise((resolve) => setTimeout(resolve, 20));
          summary = await comments.summary();
        }
        await comments.send(publicly);
        await new Promise((resolve) => setTimeout(resolve, 1500));
        return { verdicts, explanation, comments: (await comments.summary()).comments };
      },
      [kOfThePage, kViewers, kPublic] as const,
    );
    expect(answers.verdicts).toHaveLength(2);
    expect(answers.explanation.head).toBe("intent");
    expect(answers.comments).toBe(kOfTheRoom.length + kOfThePage.length + 1);

    const { requests, frames } = site.received;
    expect(requests.length).toBeGreaterThan(4);
    expect([...requests, ...frames, ...seen].flatMap(leaksIn)).toEqual([]);
    // What its author sends is all that is sent.
    expect(frames).toEqual([JSON.stringify({ text: kPublic, user: "" })]);
    expect(requests.map((request) => request.split(" ")[0]).filter((method) => method !== "GET")).toEqual([]);
    expect(errors).toEqual([]);
  });

  test("has a worker in which each way to the network is closed", async () => {
    const { page, worker } = await open();
    await page.waitForFunction(() => window.session.comments.connection === "open");
    const before = site.received.requests.length;
    const left = await worker.evaluate(async (origin) => {
      const scope = globalThis as unknown as typeof globalThis & {
        WebSocketStream: new (url: string) => unknown;
        importScripts(url: string): void;
      };
      const url = `${origin}/leak?secret`;
      const ways: Record<string, () => unknown> = {
        fetch: () => scope.fetch(url),
        XMLHttpRequest: () => {
          const request = new scope.XMLHttpRequest();
          request.open("GET", url);
          request.send();
        },
        WebSocket: () => new scope.WebSocket(`${origin.replace("http", "ws")}/room`),
        WebSocketStream: () => new scope.WebSocketStream(`${origin.replace("http", "ws")}/room`),
        EventSource: () => new scope.EventSource(url),
        WebTransport: () => new scope.WebTransport(url),
        RTCPeerConnection: () => new scope.RTCPeerConnection(),
        importScripts: () => scope.importScripts(url),
        Worker: () => new scope.Worker(url),
        SharedWorker: () => new scope.SharedWorker(url),
        BroadcastChannel: () => new scope.BroadcastChannel("leak"),
        FontFace: () => new scope.FontFace("leak", `url(${url})`).load(),
        caches: async () => (await scope.caches.open("leak")).add(url),
        Notification: () => new scope.Notification("leak", { icon: url }),
        sendBeacon: () => scope.navigator.sendBeacon(url, "secret"),
        serviceWorker: () => scope.navigator.serviceWorker.register(url),
      };
      const left: string[] = [];
      for (const [name, way] of Object.entries(ways)) {
        try {
          await way();
          left.push(name);
        } catch {}
      }
      // Nor can what was taken away be had from where it came.
      for (const name of Object.keys(ways)) {
        for (let from = globalThis; from; from = Object.getPrototypeOf(from)) {
          if (Object.getOwnPropertyDescriptor(from, name)?.value) left.push(`${name} of ${String(from)}`);
        }
      }
      return left;
    }, site.origin);
    expect(left).toEqual([]);
    await page.waitForTimeout(300);
    expect(site.received.requests.slice(before)).toEqual([]);
  });

  test.runIf(csp)("has a worker that loads no module of another origin either", async () => {
    const { worker } = await open();
    const elsewhere = await serve();
    const module = JSON.stringify(`${elsewhere.origin}/page.js?secret`);
    const answer = await worker.evaluate(`import(${module}).then(() => "loaded", () => "refused")`);
    expect(answer).toBe("refused");
    expect(elsewhere.received.requests).toEqual([]);
    await elsewhere.close();
  });
});
