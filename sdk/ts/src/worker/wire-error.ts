import { SottoError, type SottoErrorCode } from "../errors.js";
import type { WireError } from "./protocol.js";

export function toWire(error: unknown): WireError {
  if (error instanceof SottoError) return { code: error.code, message: error.message, hint: error.hint };
  const { message = String(error) } = error as Error;
  return { code: "INTERNAL", message, hint: "Please report this with what led to it." };
}

export const fromWire = ({ code, message, hint }: WireError): SottoError =>
  new SottoError(code as SottoErrorCode, message, { hint });
