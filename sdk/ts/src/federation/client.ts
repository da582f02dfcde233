// The page's end of the federation module: its worker, which is started when something is asked and ended when nothing is
// any more. Where there are no workers the module runs on the page's own thread.
import { fetchWasm } from "../core/fetch-wasm.js";
import { SottoError } from "../errors.js";
import { part } from "../part.js";
import type { Assets } from "../types.js";
import { fromWire } from "../worker/from-wire.js";
import type { Port } from "../worker/protocol.js";
import { federationFile } from "./assets.js";
import type { FederationCall, FederationReply, FederationRequest, FromFederation, ToFederation } from "./protocol.js";

export interface FederationParts {
  assets?: Pick<Assets, "federation" | "federationWasm">;
  fetch?: typeof fetch | undefined;
}

/** Milliseconds without a question after which the worker, and its memory, are given back. */
const idleMs = 10_000;

interface Running {
  port: Port;
  end(): void;
}

interface Pending {
  resolve(reply: never): void;
  reject(error: Error): void;
}

export class FederationClient {
  readonly #parts: FederationParts;
  readonly #pending = new Map<number, Pending>();
  #next = 1;
  #starting: Promise<Running> | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(parts: FederationParts) {
    this.#parts = parts;
  }

  async call<Name extends FederationCall>(
    name: Name,
    request: FederationRequest<Name>,
  ): Promise<Awaited<FederationReply<Name>>> {
    clearTimeout(this.#idle);
    this.#asked++;
    try {
      this.#starting ??= this.#start();
      const { port } = await this.#starting;
      return await this.#ask(port, name, request);
    } finally {
      if (--this.#asked === 0) this.#idle = setTimeout(() => this.close(), idleMs);
    }
  }

  /** Ends the worker; what waits for it rejects. A later call starts another. */
  close(reason: Error = new SottoError("DISPOSED", "the session was disposed")): void {
    clearTimeout(this.#idle);
    this.#starting?.then(
      ({ end }) => end(),
      () => {}, // whoever asked was told
    );
    this.#starting = undefined;
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }

  #ask<Name extends FederationCall>(
    port: Port,
    name: Name,
    request: FederationRequest<Name>,
  ): Promise<Awaited<FederationReply<Name>>> {
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#pending.set(id, { resolve, reject });
      port.postMessage({ id, name, request } satisfies ToFederation, []);
    });
  }

  async #start(): Promise<Running> {
    const { assets = {}, fetch } = this.#parts;
    try {
      const wasm = await fetchWasm(federationFile, {
        ...(fetch && { fetch }),
        ...(assets.federationWasm && { wasm: assets.federationWasm }),
      });
      const running = typeof Worker === "function" ? this.#inWorker(assets.federation) : await inline();
      running.port.onmessage = ({ data }: MessageEvent<FromFederation>) => {
        const pending = this.#pending.get(data.id);
        this.#pending.delete(data.id);
        if ("error" in data) pending?.reject(fromWire(data.error));
        else pending?.resolve(data.reply as never);
      };
      await this.#ask(running.port, "start", { wasm });
      return running;
    } catch (error) {
      this.#starting = undefined; // a later need tries again
      throw error;
    }
  }

  #inWorker(asset: Assets["federation"]): Running {
    const worker = startWorker(asset);
    worker.onerror = (event) => {
      event.preventDefault?.();
      worker.terminate();
      this.close(unavailable(event.message));
    };
    return { port: worker, end: () => worker.terminate() };
  }
}

function startWorker(asset: Assets["federation"]): Worker {
  if (typeof asset === "function") return asset();
  try {
    if (asset) return new Worker(asset, { type: "module" });
    return new Worker(new URL("./federation-worker.js", import.meta.url), { type: "module" });
  } catch (cause) {
    throw unavailable((cause as Error).message, cause);
  }
}

const unavailable = (reason = "", cause?: unknown) =>
  new SottoError("UNAVAILABLE", `the worker of contributions failed${reason && `: ${reason}`}`, {
    hint: "Serve dist/ of @sotto/live, allow it in worker-src, or pass its address as assets.federation.",
    cause,
  });

async function inline(): Promise<Running> {
  const { serve } = await part(import("./device/serve.js"));
  const { port1, port2 } = new MessageChannel();
  serve(port2);
  return {
    port: port1,
    end: () => {
      port1.close();
      port2.close();
    },
  };
}
