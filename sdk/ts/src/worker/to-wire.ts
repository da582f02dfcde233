import type { SottoError } from "../errors.js";
import type { WireError } from "./protocol.js";

export function toWire(error: unknown): WireError {
  const cause = causeOf(error);
  // By its name: scripts that are loaded by their URL have a SottoError of their own.
  const { name, message = String(error), code, hint } = error as SottoError;
  if (name === "SottoError") return { code, message, hint, cause };
  return { code: "INTERNAL", message, hint: "Please report this with what led to it.", cause };
}

function causeOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  return cause === undefined ? "" : String((cause as Error | null)?.message ?? cause);
}
