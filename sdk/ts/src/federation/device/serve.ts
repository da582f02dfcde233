// The federation module's end of the protocol.
import type { Port } from "../../worker/protocol.js";
import { toWire } from "../../worker/to-wire.js";
import type { FromFederation, ToFederation } from "../protocol.js";
import { createCalls } from "./calls.js";

export function serve(port: Port): void {
  const calls = createCalls();
  const post = (message: FromFederation) => port.postMessage(message, []);
  port.onmessage = async ({ data: { id, name, request } }: MessageEvent<ToFederation>) => {
    try {
      post({ id, reply: await calls[name](request as never) });
    } catch (error) {
      post({ id, error: toWire(error) });
    }
  };
}
