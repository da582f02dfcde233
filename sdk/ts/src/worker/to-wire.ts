import { SottoError } from "../errors.js";
import type { WireError } from "./protocol.js";

export function toWire(error: unknown): WireError {
  const cause = causeOf(error);
  if (error instanceof SottoError) return { code: error.code, message: error.message, hint: error.hint, cause };
  const { message = String(error) } = error as Error;
  return { code: "INTERNAL", message, hint: "Please report this with what led to it.", cause };
}

function causeOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  return cause === undefined ? "" : String((cause as Error | null)?.message ?? cause);
}
