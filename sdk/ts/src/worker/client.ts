// The page's end of the protocol.
import { SottoError } from "../errors.js";
import { fromWire } from "./from-wire.js";
import type { CallName, FromEngine, Port, Reply, Reports, Request, Tells, ToEngine } from "./protocol.js";

interface Pending {
  resolve(reply: never): void;
  reject(error: Error): void;
}

export class EngineClient {
  readonly #port: Port;
  readonly #close: () => void;
  readonly #pending = new Map<number, Pending>();
  #next = 1;
  #failed: SottoError | undefined;

  /** `close` ends the engine; it is called once. */
  constructor(port: Port, reports: { [Name in keyof Reports]: Reports[Name] }, close: () => void) {
    this.#port = port;
    this.#close = close;
    port.onmessage = ({ data }: MessageEvent<FromEngine>) => {
      if (data.kind === "report") return reports[data.name](data.report as never);
      const pending = this.#pending.get(data.id);
      this.#pending.delete(data.id);
      if (data.kind === "reply") pending?.resolve(data.reply as never);
      else pending?.reject(fromWire(data.error));
    };
  }

  call<Name extends CallName>(name: Name, request: Request<Name>, transfer: Transferable[] = []): Promise<Reply<Name>> {
    if (this.#failed) return Promise.reject(this.#failed);
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#pending.set(id, { resolve, reject });
      this.#port.postMessage({ kind: "call", id, name, request } satisfies ToEngine, transfer);
    });
  }

  tell<Name extends keyof Tells>(name: Name, request: Parameters<Tells[Name]>[0], transfer: Transferable[] = []): void {
    if (!this.#failed) this.#port.postMessage({ kind: "tell", name, request } satisfies ToEngine, transfer);
  }

  /** Ends the engine. Calls that wait, and later ones, reject with `reason`. */
  close(reason = new SottoError("DISPOSED", "the session was disposed")): void {
    if (this.#failed) return;
    this.#failed = reason;
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
    this.#close();
  }
}
