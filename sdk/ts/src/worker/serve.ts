// The engine's end of the protocol.
import { Engine } from "./engine.js";
import type { FromEngine, Port, Reports, ToEngine } from "./protocol.js";
import { toWire } from "./to-wire.js";

type Handlers = Record<string, (request: unknown) => unknown>;

/**
 * Puts an engine behind `port`; answers with the function that stops it. `canvas` is for an engine on the page's own
 * thread, where none can be sent.
 */
export function serve(port: Port, canvas?: HTMLCanvasElement): () => void {
  const post = (message: FromEngine, transfer: Transferable[] = []) => port.postMessage(message, transfer);
  const report = <Name extends keyof Reports>(name: Name, content: Parameters<Reports[Name]>[0]) =>
    post({ kind: "report", name, report: content });
  const engine = new Engine(report, canvas);

  port.onmessage = async ({ data }: MessageEvent<ToEngine>) => {
    if (data.kind === "tell") {
      try {
        (engine.tells as unknown as Handlers)[data.name]?.(data.request);
      } catch (error) {
        report("problem", { error: toWire(error) });
      }
      return;
    }
    try {
      const reply = await (engine.calls as unknown as Handlers)[data.name]?.(data.request);
      post({ kind: "reply", id: data.id, reply });
    } catch (error) {
      post({ kind: "failure", id: data.id, error: toWire(error) });
    }
  };
  return () => engine.stop();
}
