// The room's WebSocket: opened again when it is lost, with backoff; what was missed is not asked for. It lives on the
// page, so that the worker, which reads and analyses the comments, needs no network (worker/offline.ts).
import { SottoError } from "../errors.js";
import { type BackoffOptions, backoffDelay } from "../net/backoff.js";
import type { ConnectionState } from "../types.js";

export interface SocketEvents {
  /** The bytes of a frame, unread. */
  frame(bytes: Uint8Array<ArrayBuffer>): void;
  state(state: ConnectionState): void;
  /** No connection can be opened. */
  problem(error: SottoError): void;
}

export interface SocketOptions {
  backoff?: BackoffOptions;
  create?: (url: string) => WebSocket;
}

const normalClosure = 1000;
/** A connection that stood this long, in milliseconds, starts the backoff anew. */
const stable = 10_000;

export class CommentSocket {
  readonly #url: string;
  readonly #events: SocketEvents;
  readonly #options: SocketOptions;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #openedAt = 0;
  #closed = false;

  constructor(url: string, events: SocketEvents, options: SocketOptions = {}) {
    this.#url = url;
    this.#events = events;
    this.#options = options;
    this.#open();
  }

  /** Throws UNAVAILABLE without an open connection. */
  send(message: string): void {
    if (this.#socket?.readyState !== 1) {
      throw new SottoError("UNAVAILABLE", "the comment was not sent: there is no connection to the room", {
        hint: 'Wait for the "connection" event with state "open".',
      });
    }
    this.#socket.send(message);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.close(normalClosure);
    this.#events.state("closed");
  }

  /** Such as ws: on an https: page, or a platform without WebSockets: trying again would not help. */
  #refuse(cause: Error): void {
    this.close();
    this.#events.problem(
      new SottoError("UNSUPPORTED", `no connection to ${this.#url} can be opened here: ${cause.message}`, {
        hint: "Comments need WebSockets, and wss: on a page that is served by https:.",
        cause,
      }),
    );
  }

  #open(): void {
    this.#events.state("connecting");
    let socket: WebSocket;
    try {
      socket = (this.#options.create ?? ((url) => new WebSocket(url)))(this.#url);
    } catch (cause) {
      this.#refuse(cause as Error);
      return;
    }
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#openedAt = Date.now();
      if (!this.#closed) this.#events.state("open");
    };
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (this.#closed) return;
      // Text frames come from servers that send one comment at a time.
      this.#events.frame(typeof data === "string" ? new TextEncoder().encode(data) : new Uint8Array(data));
    };
    // An error is always followed by a close.
    socket.onclose = () => {
      if (this.#closed || this.#socket !== socket) return;
      if (this.#openedAt > 0 && Date.now() - this.#openedAt > stable) this.#attempt = 0;
      this.#openedAt = 0;
      this.#events.state("waiting");
      this.#timer = setTimeout(
        () => this.#open(),
        backoffDelay(this.#attempt++, { cap: 30_000, ...this.#options.backoff }),
      );
    };
  }
}
