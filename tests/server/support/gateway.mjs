// What stands between an aggregator and whoever asks it, as nginx does: passes requests on. While it is told to, it
// behaves as an aggregator should not.
import { randomBytes } from "node:crypto";
import { request as ask, createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { freePort } from "../../../web-demo/demo/aggregators.mjs";

/** Ways to behave: (request, response, pass), where pass() asks the aggregator and resolves with its answer. */
export const kManners = {
  silent: () => {},
  // Never long enough without a byte for somebody who only waits for the next one.
  "a byte at a time": (_, response) => {
    response.writeHead(200, { "content-type": "application/ppm-dap;message=aggregation-job-resp" });
    const drip = setInterval(() => response.write("."), 100);
    response.on("close", () => clearInterval(drip));
  },
  "a head a byte at a time": (request) => {
    const head = `HTTP/1.1 200 OK\r\nX-Padding: ${"x".repeat(1_000)}`;
    let at = 0;
    const drip = setInterval(() => request.socket.write(head[at++]), 100);
    request.socket.on("close", () => clearInterval(drip));
  },
  nonsense: (request, response) => {
    const message = request.url.includes("aggregate_shares") ? "aggregate-share" : "aggregation-job-resp";
    response.writeHead(200, { "content-type": `application/ppm-dap;message=${message}` }).end(randomBytes(1_000));
  },
  "another media type": (_, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end("<h1>It works!</h1>");
  },
  "another protocol": (request) => request.socket.end("SSH-2.0-OpenSSH_9.2p1\r\n"),
  "an endless body": (_, response) => {
    response.writeHead(200, { "content-type": "application/ppm-dap;message=aggregation-job-resp" });
    endlessly(response, Buffer.alloc(1 << 16));
  },
  "a body too large to be true": (_, response) => {
    response.writeHead(200, { "content-length": String(2 ** 50) }).write("x");
  },
  "an endless head": ({ socket }) => {
    socket.write("HTTP/1.1 200 OK\r\n");
    endlessly(socket, "X-Padding: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n".repeat(100));
  },
  "a closed connection": (request) => request.socket.destroy(),
  "a page that is not found": (_, response) => {
    response.writeHead(404, { "content-type": "text/html" }).end("<h1>404 Not Found</h1>");
  },
  // Of nginx, for who shows no certificate.
  "a page that is forbidden": (_, response) => {
    response.writeHead(403, { "content-type": "text/html" }).end("<h1>403 Forbidden</h1>");
  },
  "an error of the proxy": (_, response) => {
    response.writeHead(502, { "content-type": "text/html" }).end("<h1>502 Bad Gateway</h1>");
  },
  // The aggregator did it, and nobody hears of it.
  "a lost answer": async (request, _, pass) => {
    await pass();
    request.socket.destroy();
  },
  "half an answer": async (request, response, pass) => {
    const { status, headers, body } = await pass();
    response.writeHead(status, headers);
    response.write(body.subarray(0, body.length / 2), () => request.socket.destroy());
  },
};

/** Writes `piece` until the other side has enough. */
function endlessly(stream, piece) {
  const more = () => {
    while (!stream.destroyed && stream.write(piece));
  };
  stream.on("drain", more).on("error", () => {});
  more();
}

async function bodyOf(message) {
  const chunks = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export class Gateway {
  /**
   * How it behaves: a manner for a request, or nothing, which is to pass it on. Of a request: method, url, and whether
   * TLS knows who asks by a certificate.
   */
  manner = () => undefined;
  /** Request headers that it adds to all that it passes on; undefined takes one away. */
  headers = () => ({});
  /** Every request that arrived: { method, url }. */
  asked = [];
  /** How many of them went to the aggregator. */
  passed = 0;
  #server;
  #turn = 0;

  /** In front of `servers` (AggregatorServer), who take turns. `host`: the name by which it is known. */
  static async create(servers, { host = "127.0.0.1", scheme = "http" } = {}) {
    const gateway = new Gateway();
    gateway.servers = servers;
    gateway.port = await freePort();
    gateway.url = `${scheme}://${host}:${gateway.port}`;
    return gateway;
  }

  /** `tls`: options of node:tls; undefined: plain HTTP. */
  async listen(tls) {
    this.#server = tls === undefined ? createServer() : createTlsServer(tls);
    this.#server.on("request", (request, response) => this.#answer(request, response));
    await new Promise((resolve) => this.#server.listen(this.port, "127.0.0.1", resolve));
    return this;
  }

  /** Ends it and its connections. */
  async close() {
    if (!this.#server?.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request, response) {
    const { method, url } = request;
    this.asked.push({ method, url });
    const manner = this.manner({ method, url, authorized: request.socket.authorized });
    try {
      const asked = await bodyOf(request);
      const pass = () => this.#pass(request, asked);
      if (manner) return await manner(request, response, pass);
      const { status, headers, body } = await pass();
      response.writeHead(status, headers).end(body);
    } catch {
      request.socket.destroy(); // one of the two went away in the middle
    }
  }

  /** To the one whose turn it is, or to another if nobody is there. */
  async #pass(request, body) {
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await this.#ask(this.servers[this.#turn++ % this.servers.length], request, body);
        this.passed++;
        return answer;
      } catch (error) {
        if (error.code !== "ECONNREFUSED" || attempt === this.servers.length) throw error;
      }
    }
  }

  #ask({ port }, { method, url, headers }, body) {
    return new Promise((resolve, reject) => {
      const { connection, ...kept } = headers;
      const all = Object.entries({ ...kept, ...this.headers() }).filter(([, value]) => value !== undefined);
      const options = { host: "127.0.0.1", port, method, path: url, headers: Object.fromEntries(all), agent: false };
      ask(options, async (answer) => {
        try {
          const { connection: hop, ...headers } = answer.headers;
          resolve({ status: answer.statusCode, headers, body: await bodyOf(answer) });
        } catch (error) {
          reject(error);
        }
      })
        .on("error", reject)
        .end(body);
    });
  }
}
