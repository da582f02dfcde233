// An HTTP server that answers as a test says, and remembers what it was asked.
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Cut the connection instead of an answer. */
  drop?: boolean;
}

type Handler = (request: Received) => Reply | Promise<Reply>;

export class FakeServer {
  readonly received: Received[] = [];
  readonly #handlers: [method: string, path: string | RegExp, handler: Handler][] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk) => chunks.push(chunk));
      request.on("end", () => {
        const { method = "", url = "", headers } = request;
        void this.#answer({ method, path: url, headers, body: Buffer.concat(chunks) }, response);
      });
    });
  }

  static async start(): Promise<FakeServer> {
    const server = new FakeServer();
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Later handlers win. */
  on(method: string, path: string | RegExp, handler: Handler | Reply): this {
    this.#handlers.unshift([method, path, typeof handler === "function" ? handler : () => handler]);
    return this;
  }

  /** Answers one after the other; the last one again and again. */
  onSequence(method: string, path: string | RegExp, replies: readonly Reply[]): this {
    let next = 0;
    return this.on(method, path, () => replies[Math.min(next++, replies.length - 1)] as Reply);
  }

  requests(method: string): Received[] {
    return this.received.filter((request) => request.method === method);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: Received, response: ServerResponse): Promise<void> {
    this.received.push(request);
    const found = this.#handlers.find(
      ([method, path]) =>
        method === request.method && (typeof path === "string" ? path === request.path : path.test(request.path)),
    );
    const { status = 200, headers = {}, body = "", drop } = found ? await found[2](request) : { status: 404 };
    if (drop) {
      response.destroy();
      return;
    }
    response.writeHead(status, headers).end(body);
  }
}
