// docs/openapi.yaml against the server: every route is in it, and what a running server answers is what it describes.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kTask, TestServer } from "./support/server.mjs";
import { makeUpdates } from "./support/updates.mjs";
import { parseYaml } from "./support/yaml.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const api = parseYaml(readFileSync(join(root, "docs/openapi.yaml"), "utf8"));

/** What a reference points to. */
function resolve(node) {
  if (node?.$ref === undefined) return node;
  return resolve(
    node.$ref
      .slice(2)
      .split("/")
      .reduce((at, key) => at[key], api),
  );
}

const methods = ["get", "put", "post", "delete"];
const operations = Object.entries(api.paths).flatMap(([path, item]) =>
  methods.filter((method) => item[method]).map((method) => ({ path, method, ...item[method] })),
);
const withoutNames = (path) => path.replaceAll(/\{[^}]*\}|:[a-z]+/g, "{}");

describe("the description", () => {
  it("has the routes that the server has, but those of DAP, and no other", () => {
    const folder = join(root, "server-stub/routes");
    const sources = readdirSync(folder).filter((name) => name.endsWith(".cc") && name !== "aggregator.cc");
    const source = sources.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
    const endpoint = /\.route = Route::k\w+,\s*(?:\.method = Method::k(\w+),\s*)?\.pattern = "([^"]+)"/g;
    const routes = [...source.matchAll(endpoint)].map(
      ([, method, path]) => `${(method ?? "get").toLowerCase()} ${withoutNames(path)}`,
    );
    expect(routes.length).toBe(source.match(/\.route = /g).length); // the expression finds all of them
    expect(operations.map(({ method, path }) => `${method} ${withoutNames(path)}`).sort()).toEqual(routes.sort());
  });

  it("refers to nothing that is not there, and declares the parameters of its paths", () => {
    const references = JSON.stringify(api).matchAll(/"\$ref":"([^"]+)"/g);
    for (const [, $ref] of references) expect(resolve({ $ref }), $ref).toBeDefined();
    for (const [path, item] of Object.entries(api.paths)) {
      const declared = (item.parameters ?? []).map((parameter) => `{${resolve(parameter).name}}`);
      expect(declared, path).toEqual(path.match(/\{[^}]*\}/g) ?? []);
    }
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  });
});

/** What of a JSON Schema the description uses. */
function checkSchema(value, schema, where) {
  const { type, const: constant, pattern, required = [], properties = {}, additionalProperties } = resolve(schema);
  if (constant !== undefined) expect(value, where).toBe(constant);
  if (type === "string" || type === "object") expect(typeof value, where).toBe(type);
  if (type === "integer") expect(Number.isInteger(value), where).toBe(true);
  if (pattern !== undefined) expect(value, where).toMatch(new RegExp(pattern));
  for (const key of required) expect(value, where).toHaveProperty(key);
  for (const [key, child] of Object.entries(properties)) {
    if (value[key] !== undefined) checkSchema(value[key], child, `${where}.${key}`);
  }
  if (additionalProperties === false) {
    for (const key of Object.keys(value)) expect(Object.keys(properties), where).toContain(key);
  }
}

describe("a running server", () => {
  const kToken = "an operator's token";
  const sha256 = createHash("sha256").update(kToken).digest("hex");
  const server = new TestServer({ server: `operator_token_sha256 = "${sha256}"\n`, limits: "body_bytes = 4096\n" });
  const [update, other] = makeUpdates(2);
  const seen = new Set();

  beforeAll(async () => {
    const now = new Date().toISOString();
    writeFileSync(join(server.media, "segment-0.ts"), Buffer.alloc(376));
    writeFileSync(
      join(server.media, "live.m3u8"),
      `#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PROGRAM-DATE-TIME:${now}\n#EXTINF:2,\nsegment-0.ts\n`,
    );
    const dynamic = `type="dynamic" availabilityStartTime="${now}" publishTime="${now}"`;
    writeFileSync(join(server.media, "live.mpd"), `<MPD ${dynamic}><Period></Period></MPD>`);
    await server.start();
  });
  afterAll(() => server.dispose());

  /** Asks, and holds the answer to the description. */
  async function ask(operationId, path, status, { method = "GET", headers = {}, body } = {}) {
    const operation = operations.find((candidate) => candidate.operationId === operationId);
    expect(withPath(path), operationId).toMatch(
      new RegExp(`^${operation.path.replaceAll(".", "\\.").replaceAll(/\{[^}]*\}/g, "[^/]+")}$`),
    );
    const answer = await fetch(`${server.url}${path}`, { method, headers, body, cache: "no-store" });
    const where = `${method} ${path}: ${answer.status}`;
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(answer.status, `${where} ${bytes.toString("utf8", 0, 300)}`).toBe(status);
    const described = resolve(operation.responses[String(status)]);
    expect(described, where).toBeDefined();
    for (const name of Object.keys(described.headers ?? {}))
      expect(answer.headers.get(name), `${where} ${name}`).not.toBe(null);
    const type = answer.headers.get("content-type")?.split(";")[0];
    if (described.content === undefined) {
      expect([type, bytes.length], where).toEqual([undefined, 0]);
    } else {
      expect(Object.keys(described.content), where).toContain(type);
    }
    if (type?.endsWith("json")) checkSchema(JSON.parse(bytes.toString("utf8")), described.content[type].schema, where);
    seen.add(operationId);
    return answer;
  }
  const withPath = (path) => path.split("?")[0];
  const octets = { "content-type": "application/octet-stream" };
  const bearer = { authorization: `Bearer ${kToken}` };

  it("answers what viewers ask as described", async () => {
    const again = async (operationId, path) => {
      const answer = await ask(operationId, path, 200);
      await ask(operationId, path, 304, { headers: { "if-none-match": answer.headers.get("etag") } });
    };
    for (const [id, name] of [
      ["manifest", "manifest.json"],
      ["multivariantPlaylist", "master.m3u8"],
      ["mediaPlaylist", "live.m3u8"],
      ["mpd", "live.mpd"],
    ]) {
      await again(id, `/v1/streams/tea-house/${name}`);
      await ask(id, `/v1/streams/none/${name}`, 404);
    }
    // Too far ahead, and a moment of which there is no number.
    await ask("mediaPlaylist", "/v1/streams/tea-house/live.m3u8?_HLS_msn=9", 400);
    await ask("mediaPlaylist", "/v1/streams/tea-house/live.m3u8?_HLS_part=0", 400);
    await ask("segment", "/v1/streams/tea-house/segments/segment-0.ts", 200);
    await ask("segment", "/v1/streams/tea-house/segments/segment-9.ts", 404);
    await again("model", "/v1/models/comments/1");
    await ask("model", "/v1/models/comments/2", 404);
    await ask("comments", "/v1/streams/tea-house/comments", 426);
  });

  it("opens the comments' WebSocket as described", async () => {
    const upgrade = (path, headers = {}) =>
      new Promise((resolved, reject) => {
        const key = Buffer.alloc(16).toString("base64");
        const sent = request(`${server.url}${path}`, {
          headers: {
            connection: "Upgrade",
            upgrade: "websocket",
            "sec-websocket-version": 13,
            "sec-websocket-key": key,
            ...headers,
          },
        });
        sent.on("upgrade", (answer, socket) => {
          socket.destroy();
          resolved(answer.statusCode);
        });
        sent.on("response", (answer) => {
          answer.resume();
          resolved(answer.statusCode);
        });
        sent.on("error", reject);
        sent.end();
      });
    const { responses } = operations.find(({ operationId }) => operationId === "comments");
    for (const [status, path] of [
      [101, "/v1/streams/tea-house/comments"],
      [404, "/v1/streams/none/comments"],
    ]) {
      expect(await upgrade(path)).toBe(status);
      expect(Object.keys(responses)).toContain(String(status));
    }
  });

  it("answers what devices send as described", async () => {
    const path = `/v1/tasks/${kTask.id}/updates/a`;
    const put = (where, status, body, headers = octets) =>
      ask("update", where, status, { method: "PUT", headers, body });
    await put(path, 201, update.bytes);
    await put(path, 200, update.bytes);
    await put(path, 409, other.bytes);
    await put(path, 400, Buffer.from("nonsense"));
    await put(path, 415, update.bytes, { "content-type": "text/plain" });
    await put(path, 413, Buffer.alloc(5_000));
    await put("/v1/tasks/none/updates/a", 404, update.bytes);
  });

  it("answers what operators ask as described", async () => {
    const path = "/v1/streams/tea-house/models/affinity";
    const post = (where, status, headers, body = "no model") =>
      ask("publishModel", where, status, { method: "POST", headers: { ...octets, ...headers }, body });
    await post(path, 401, {});
    await post(path, 400, bearer);
    await post("/v1/streams/none/models/affinity", 404, bearer);
    await post("/v1/streams/tea-house/models/comments", 409, bearer);
    await ask("health", "/healthz", 200);
    await ask("ready", "/readyz", 200);
    await ask("metrics", "/metrics", 200);
  });

  it("was asked everything that is described", () => {
    expect([...seen].sort()).toEqual(operations.map(({ operationId }) => operationId).sort());
  });
});
