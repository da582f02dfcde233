// Finds a place for the engine: a module worker, or this thread where there is none.
import { SottoError } from "../errors.js";
import type { Logger } from "../logger.js";
import type { Assets } from "../types.js";
import { EngineClient } from "./client.js";
import type { Reports } from "./protocol.js";

export interface Connection {
  client: EngineClient;
  place: "worker" | "main";
}

export interface ConnectOptions {
  worker?: Assets["worker"];
  /** For an engine on this thread; undefined if there is no overlay. */
  canvas: HTMLCanvasElement | undefined;
  reports: { [Name in keyof Reports]: Reports[Name] };
  /** The worker's script could not be loaded or failed outside of any call. */
  onCrash(error: SottoError): void;
  logger: Logger;
}

export async function connect(options: ConnectOptions): Promise<Connection> {
  return canUseWorker(options.canvas) ? { client: inWorker(options), place: "worker" } : inline(options);
}

const canUseWorker = (canvas: HTMLCanvasElement | undefined): boolean =>
  typeof Worker === "function" && (!canvas || "transferControlToOffscreen" in canvas);

function inWorker({ worker: asset, reports, onCrash }: ConnectOptions): EngineClient {
  const worker = startWorker(asset);
  const client = new EngineClient(worker, reports, () => worker.terminate());
  let runs = false;
  worker.addEventListener(
    "message",
    () => {
      runs = true;
    },
    { once: true },
  );
  worker.onerror = (event) => {
    event.preventDefault?.();
    const error = runs
      ? new SottoError("INTERNAL", `the worker failed: ${event.message}`, {
          hint: "Please report this with what led to it. A new session starts a new worker.",
        })
      : new SottoError(
          "UNAVAILABLE",
          `the worker's script could not be loaded${event.message ? `: ${event.message}` : ""}`,
          {
            hint: "Serve dist/ of @sotto/live, allow it in worker-src, or pass its address as assets.worker. With Vite's development server add optimizeDeps.exclude: ['@sotto/live'].",
          },
        );
    client.close(error);
    onCrash(error);
  };
  return client;
}

function startWorker(asset: Assets["worker"]): Worker {
  if (typeof asset === "function") return asset();
  try {
    if (asset) return new Worker(asset, { type: "module" });
    return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  } catch (cause) {
    throw new SottoError("UNAVAILABLE", `the worker was not allowed to start: ${(cause as Error).message}`, {
      hint: "A worker's script must be of the page's own origin and allowed by worker-src. Pass its address as assets.worker.",
      cause,
    });
  }
}

async function inline({ canvas, reports, logger }: ConnectOptions): Promise<Connection> {
  logger.info("no module worker with OffscreenCanvas here; comments are drawn on the page's own thread");
  const { serve } = await import("./serve.js");
  const { port1, port2 } = new MessageChannel();
  const stop = serve(port2, canvas);
  const client = new EngineClient(port1, reports, () => {
    stop();
    port1.close();
    port2.close();
  });
  return { client, place: "main" };
}
