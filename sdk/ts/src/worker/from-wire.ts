import { SottoError, type SottoErrorCode } from "../errors.js";
import type { WireError } from "./protocol.js";

export const fromWire = ({ code, message, hint, cause }: WireError): SottoError =>
  new SottoError(code as SottoErrorCode, message, { hint, ...(cause && { cause: new Error(cause) }) });
