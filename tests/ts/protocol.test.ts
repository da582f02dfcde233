// The page and its engine: requests find their answers, errors keep their kind, and the end is the end.
import { afterEach, expect, it, vi } from "vitest";
import { SottoError } from "../../sdk/ts/src/errors.js";
import { EngineClient } from "../../sdk/ts/src/worker/client.js";
import type { Port, Reports } from "../../sdk/ts/src/worker/protocol.js";
import { serve } from "../../sdk/ts/src/worker/serve.js";
import { wasmOf } from "./support/files.js";
import { manifest } from "./support/session.js";

const reports = () =>
  ({
    comments: vi.fn(),
    dropped: vi.fn(),
    cards: vi.fn(),
    stats: vi.fn(),
    connection: vi.fn(),
    problem: vi.fn(),
  }) satisfies Reports;

const clients: EngineClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
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
  const error = await client.call("readManifest", { text: "{" }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(SottoError);
  expect(error).toMatchObject({ code: "MALFORMED" });
  const early = await connect()
    .client.call("microRho", { rho: 1 })
    .catch((reason: unknown) => reason);
  expect(early).toMatchObject({ code: "INTERNAL", message: expect.stringContaining("before it was loaded") });
});

it("keeps the manifest that it had when a new one is refused", async () => {
  const { client } = connect();
  await client.call("start", { wasm: wasmOf("simd") });
  await client.call("readManifest", { text: JSON.stringify(manifest) });
  await expect(client.call("readManifest", { text: "[]" })).rejects.toMatchObject({ code: "MALFORMED" });
  expect(await client.call("occurrences", { from: 0, to: 20, limit: 9 })).toHaveLength(2);
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
