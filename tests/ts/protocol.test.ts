// The page and its engine: requests find their answers, errors keep their kind, and the end is the end.
import { afterEach, expect, it, vi } from "vitest";
import { SottoError } from "../../sdk/ts/src/errors.js";
import type { TimedText } from "../../sdk/ts/src/overlay/model.js";
import { selectionOf, styleOf } from "../../sdk/ts/src/overlay/options.js";
import type { OverlayOptions } from "../../sdk/ts/src/types.js";
import { EngineClient } from "../../sdk/ts/src/worker/client.js";
import { fromWire } from "../../sdk/ts/src/worker/from-wire.js";
import type { Port, Reports } from "../../sdk/ts/src/worker/protocol.js";
import { serve } from "../../sdk/ts/src/worker/serve.js";
import { toWire } from "../../sdk/ts/src/worker/to-wire.js";
import { wasmOf } from "./support/files.js";
import { manifest } from "./support/session.js";

const reports = () =>
  ({
    comments: vi.fn(),
    dropped: vi.fn(),
    refused: vi.fn(),
    cards: vi.fn(),
    stats: vi.fn(),
    noticed: vi.fn(),
    problem: vi.fn(),
  }) satisfies Reports;

const layoutOf = (options: OverlayOptions) => ({
  geometry: { width: 640, height: 360, ratio: 1 },
  style: styleOf(options, 640),
  selection: selectionOf(options),
});

/** Canvases whose contexts take every call; text is ten pixels wide. */
function stubCanvas(): void {
  const context = new Proxy({} as Record<string | symbol, unknown>, {
    get: (fields, name) => fields[name] ?? (() => ({ width: 10 })),
  });
  vi.stubGlobal(
    "OffscreenCanvas",
    class {
      getContext = () => context;
      addEventListener = () => {};
      removeEventListener = () => {};
    },
  );
}

const page = { base: "", stream: undefined };

const clients: EngineClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  vi.unstubAllGlobals();
});

function connect() {
  const { port1, port2 } = new MessageChannel();
  const stop = serve(port2 as unknown as Port);
  const heard = reports();
  const close = vi.fn(() => {
    stop();
    port1.close();
    port2.close();
  });
  const client = new EngineClient(port1 as unknown as Port, heard, close);
  clients.push(client);
  return { client, heard, close };
}

it("answers each of many calls at once", async () => {
  const { client } = connect();
  await client.call("start", { wasm: wasmOf("simd") });
  const rhos = Array.from({ length: 50 }, (_, index) => index / 10);
  const answers = await Promise.all(rhos.map((rho) => client.call("microRho", { rho })));
  expect(answers.map(({ microRho }) => microRho)).toEqual(rhos.map((rho) => Math.round(rho * 1e6)));
});

it("carries an error over with code, message and hint", async () => {
  const { client } = connect();
  await client.call("start", { wasm: wasmOf("simd") });
  const error = await client.call("readManifest", { text: "{", ...page }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(SottoError);
  expect(error).toMatchObject({ code: "MALFORMED" });
  const early = await connect()
    .client.call("microRho", { rho: 1 })
    .catch((reason: unknown) => reason);
  expect(early).toMatchObject({ code: "INTERNAL", message: expect.stringContaining("before it was loaded") });
});

it("carries what an error's cause said", () => {
  const carried = (error: unknown) => fromWire(structuredClone(toWire(error)));
  const cause = new TypeError("fetch failed");
  expect(carried(new SottoError("UNAVAILABLE", "no", { cause })).cause).toMatchObject({ message: "fetch failed" });
  expect(carried(new Error("broken", { cause: 7 })).cause).toMatchObject({ message: "7" });
  expect(carried(new SottoError("UNAVAILABLE", "no")).cause).toBeUndefined();
});

it.each([
  ["that is none", {}, "MALFORMED"],
  ["of another stream", { stream: "other" }, "MISMATCH"],
  ["with an address that is none", { hls: "http://[" }, "MALFORMED"],
])("keeps the manifest that it had when one %s is refused", async (_, change, code) => {
  const { client } = connect();
  await client.call("start", { wasm: wasmOf("simd") });
  await client.call("readManifest", { text: JSON.stringify(manifest), ...page });
  const occurrences = () => client.call("occurrences", { from: 0, to: 20, limit: 9 });
  const before = await occurrences();
  const changed = { ...manifest, products: manifest.products.toReversed(), events: [], ...change };
  const refused = client.call("readManifest", {
    text: JSON.stringify(Object.keys(change).length > 0 ? changed : []),
    base: "https://live.example/",
    stream: manifest.stream,
  });
  await expect(refused).rejects.toMatchObject({ name: "SottoError", code });
  expect(await occurrences()).toEqual(before);
  expect((await occurrences()).map(({ event }) => event)).toEqual(["e01", "e02"]);
});

it("reports a frame that fails once, and goes on drawing", async () => {
  stubCanvas();
  const { client, heard } = connect();
  await client.call("start", { wasm: wasmOf("simd") });
  await client.call("attachOverlay", { canvas: undefined, layout: layoutOf({}), backend: "canvas2d", webgl: "" });
  client.tell("clock", { mediaTime: 10, rate: 1, paused: true, at: 0, jump: true });
  const card = { id: 1, title: "tea", price: "1", buy: "Buy", picture: "", enters: 0, duration: 1000 };
  client.tell("cards", { cards: [{ ...card, title: undefined as never }] });
  await expect.poll(() => heard.problem.mock.calls.length).toBe(1);
  client.tell("cards", { cards: [card] });
  await expect.poll(() => heard.cards.mock.calls.length).toBeGreaterThan(0);
  expect(heard.problem).toHaveBeenCalledOnce();
});

it("filters in list mode, where the page shows the comments, and joins none", async () => {
  stubCanvas();
  const { client, heard } = connect();
  await client.call("start", { wasm: wasmOf("simd") });
  const layout = layoutOf({ blockedWords: ["spam"], blockedUsers: ["Bob"], hiddenModes: ["top"] });
  await client.call("attachOverlay", { canvas: undefined, layout, backend: "canvas2d", webgl: "" });
  const push = (id: string, fields: Partial<TimedText>) =>
    client.tell("push", {
      ...{ id, text: "hello", user: "Ann", own: false, color: "", at: 0, mode: "scroll", x: 0, y: 0, duration: 0 },
      ...{ size: 1, role: "viewer", priority: 1, style: {}, emotes: {}, ...fields },
    });
  client.tell("mode", { mode: "list" });
  push("a", {});
  push("b", {}); // the same words: a list has no count to show
  push("word", { text: "S P A M" });
  push("user", { user: "Bob" });
  push("mode", { mode: "top" });
  push("own", { user: "Bob", own: true });
  client.tell("enabled", { enabled: false });
  push("off", { user: "Bob" });
  await client.call("visibleComments", null);
  expect(heard.dropped.mock.calls.flatMap(([{ dropped }]) => dropped)).toEqual([
    { id: "word", reason: "blocked-word" },
    { id: "user", reason: "blocked-user" },
    { id: "mode", reason: "hidden-mode" },
  ]);
});

it("rejects what waits and what comes after the end, and ends once", async () => {
  const { client, close } = connect();
  const waiting = client.call("start", { wasm: wasmOf("simd") });
  client.close();
  client.close();
  await expect(waiting).rejects.toMatchObject({ code: "DISPOSED" });
  await expect(client.call("microRho", { rho: 1 })).rejects.toMatchObject({ code: "DISPOSED" });
  client.tell("clear", null);
  expect(close).toHaveBeenCalledOnce();
});
