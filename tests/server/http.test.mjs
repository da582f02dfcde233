import { createHash } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { items, kTask, TestServer } from "./support/server.mjs";
import { makeUpdates, Putter } from "./support/updates.mjs";

const server = new TestServer();
beforeAll(() => server.start());
afterAll(() => server.dispose());

const octets = { "Content-Type": "application/octet-stream" };
const updateUrl = (id) => `${server.url}/v1/tasks/${kTask.id}/updates/${id}`;

/** The problem that a response carries, after checking that it is one. */
async function problemOf(response) {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const problem = await response.json();
  expect(problem).toMatchObject({ type: "about:blank", status: response.status });
  expect(problem.title).not.toBe("");
  expect(problem.detail).not.toBe("");
  return problem;
}

describe("the manifest", () => {
  it("names stream, products, models with their hash, and tasks with what they cost", async () => {
    const manifest = await server.manifest();
    expect(manifest).toMatchObject({ version: 1, stream: "tea-house", hls: "master.m3u8", comments: "comments" });
    expect(manifest.products.map((product) => product.id)).toEqual(items);
    expect(manifest.products[0].image).toBe("/room/p1.svg");
    expect(manifest.models).toEqual([
      {
        id: "comments",
        version: "1",
        url: "/v1/models/comments/1",
        sha256: createHash("sha256").update(server.model).digest("hex"),
        size: server.model.length,
      },
    ]);
    // k (k + 1) / (2 sigma^2) with k = 2 and sigma^2 = 9 / 2.
    expect(manifest.tasks[0].rho).toBeCloseTo(6 / 9, 12);
    expect(manifest.tasks[0].epsilon).toBeGreaterThan(manifest.tasks[0].rho);
    expect(manifest.tasks[0]).toMatchObject({ id: kTask.id, items, maxItems: 2, url: "/v1/tasks/affinity-1/updates" });
  });

  it("is sent once, and then 304", async () => {
    const url = `${server.url}/v1/streams/tea-house/manifest.json`;
    const first = await fetch(url);
    const tag = first.headers.get("etag");
    const again = await fetch(url, { headers: { "If-None-Match": tag }, cache: "no-store" });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe("");
    const other = await fetch(url, { headers: { "If-None-Match": '"other"' }, cache: "no-store" });
    expect(other.status).toBe(200);
  });
});

describe("models", () => {
  it("are immutable, and what the manifest says they are", async () => {
    const [reference] = (await server.manifest()).models;
    const response = await fetch(new URL(reference.url, server.url));
    expect(response.headers.get("cache-control")).toContain("immutable");
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.equals(server.model)).toBe(true);
  });
});

describe("updates", () => {
  const [first, second] = makeUpdates(2);

  it("are 201, then 200 for the same, 409 for another under the same id", async () => {
    const put = (body) => fetch(updateUrl("x"), { method: "PUT", headers: octets, body });
    expect((await put(first.bytes)).status).toBe(201);
    expect((await put(first.bytes)).status).toBe(200);
    const conflict = await put(second.bytes);
    expect(conflict.status).toBe(409);
    expect((await problemOf(conflict)).code).toBe("CONFLICT");
  });

  it("are refused with 400 when their bytes are not an update of the task", async () => {
    const [stranger] = makeUpdates(1, { task: "affinity-2" });
    const far = Buffer.from(first.bytes);
    far.writeInt16LE(32_767, far.length - 2);
    const cases = [
      [Buffer.from("hello"), "MALFORMED"],
      [first.bytes.subarray(0, 10), "TRUNCATED"],
      [first.bytes.subarray(1), "MALFORMED"],
      [Buffer.concat([first.bytes, first.bytes]), "MALFORMED"],
      [far, "MALFORMED"],
      [stranger.bytes, "MISMATCH"],
    ];
    for (const [body, code] of cases) {
      const response = await fetch(updateUrl("y"), { method: "PUT", headers: octets, body });
      expect(response.status).toBe(400);
      expect((await problemOf(response)).code).toBe(code);
    }
  });

  it("are refused with 400, 404, 415 when address or type are wrong", async () => {
    const put = (url, headers = octets) => fetch(url, { method: "PUT", headers, body: first.bytes });
    expect((await put(updateUrl("not.an.id"))).status).toBe(400);
    expect((await put(updateUrl("a".repeat(65)))).status).toBe(400);
    expect((await put(updateUrl("%2e%2e%2f"))).status).toBe(400);
    expect((await put(`${server.url}/v1/tasks/none/updates/x`)).status).toBe(404);
    const json = await put(updateUrl("z"), { "Content-Type": "application/json" });
    expect(json.status).toBe(415);
    await problemOf(json);
  });

  it("of 100 MB are refused with 413 before they are sent", async () => {
    const size = 100 * 1024 * 1024;
    const block = Buffer.alloc(64 * 1024);
    const sent = request(updateUrl("big"), { method: "PUT", headers: { ...octets, "Content-Length": size } });
    let written = 0;
    let answered = false;
    const next = (event) => new Promise((done) => sent.once(event, done)); // the server closes while we still send
    const answer = next("response").then((response) => {
      answered = true;
      response.resume();
      return response.statusCode;
    });
    sent.on("error", () => {});
    while (!answered && written < size) {
      if (!sent.write(block)) await Promise.race([next("drain"), answer, next("close")]);
      written += block.length;
      await sleep(0);
    }
    expect(await answer).toBe(413);
    expect(written).toBeLessThan(8 * 1024 * 1024);
    sent.destroy();
  });

  it("in chunks are refused with 411", async () => {
    const sent = request(updateUrl("chunks"), {
      method: "PUT",
      headers: { ...octets, "Transfer-Encoding": "chunked" },
    });
    sent.on("error", () => {});
    sent.write(first.bytes);
    const [response] = await once(sent, "response");
    expect(response.statusCode).toBe(411);
    sent.destroy();
  });
});

describe("a server under pressure", () => {
  it("says 429 with Retry-After to an address that sends too much", async () => {
    const limited = await new TestServer({ updatesPerMinute: 3 }).start();
    const statuses = [];
    for (const update of makeUpdates(4)) {
      const response = await fetch(`${limited.url}/v1/tasks/${kTask.id}/updates/${update.id}`, {
        method: "PUT",
        headers: octets,
        body: update.bytes,
      });
      statuses.push(response.status);
      if (response.status === 429) expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    }
    expect(statuses).toEqual([201, 201, 201, 429]);
    await limited.dispose();
  });

  it("cuts off two hundred connections that send next to nothing, and serves the others", async () => {
    const sockets = Array.from({ length: 200 }, () => connect(server.port, "127.0.0.1"));
    // A reset is an end like any other here, and events.once() would reject at it.
    const closed = sockets.map(
      (socket) =>
        new Promise((done) =>
          socket
            .on("error", () => {})
            .resume()
            .once("close", done),
        ),
    );
    const drip = setInterval(() => {
      for (const socket of sockets) if (!socket.destroyed) socket.write("X");
    }, 200);
    for (const socket of sockets) socket.write("GET /healthz HTTP/1.1\r\nX-");
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    await Promise.all(closed);
    clearInterval(drip);
  });
});

describe("addresses", () => {
  it("that are not ours are 404, other methods 405", async () => {
    for (const path of ["/", "/v1", "/v1/streams/none/manifest.json", "/v1/streams/tea-house/segments/..%2fx.ts"]) {
      const response = await fetch(server.url + path);
      expect(response.status).toBe(404);
      expect((await problemOf(response)).code).toBe("NOT_FOUND");
    }
    const wrong = await fetch(`${server.url}/healthz`, { method: "DELETE" });
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
  });

  it("let pages of other origins read and put", async () => {
    const headers = { Origin: "https://shop.example", "Access-Control-Request-Method": "PUT" };
    const preflight = await fetch(updateUrl("x"), { method: "OPTIONS", headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-methods")).toContain("PUT");
    expect(preflight.headers.get("access-control-allow-headers")).toContain("Content-Type");
  });
});

describe("what the server tells of itself", () => {
  it("is health, readiness and metrics", async () => {
    expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: "ok" });
    expect(await (await fetch(`${server.url}/readyz`)).json()).toEqual({ status: "ready" });
    const putter = new Putter(server, 1);
    const before = await server.metric('sotto_updates_total{result="accepted"}');
    for (const update of makeUpdates(3, { seed: 77 })) expect(await putter.put(update)).toBe(201);
    putter.close();
    expect(await server.metric('sotto_updates_total{result="accepted"}')).toBe(before + 3);
    expect(await server.metric('sotto_http_requests_total{route="update",status="201"}')).toBeGreaterThanOrEqual(3);
    expect(await server.metric("sotto_commit_batch_updates_count")).toBeGreaterThanOrEqual(3);
    expect(await server.metric('sotto_round_updates{task="affinity-1"}')).toBeGreaterThanOrEqual(3);
  });

  it("never names an address or a browser", () => {
    expect(server.log).toContain("listening");
    expect(server.log.replace("address=127.0.0.1", "")).not.toMatch(/127\.0\.0\.1|undici|node/i);
  });
});
