import { SottoError, type SottoErrorCode } from "../errors.js";

/** How the core's Result<T> arrives. */
export type Answer<T> = { ok: true; value: T } | { ok: false; error: { code: string; message: string; hint: string } };

/** The value, or the core's error as an exception. */
export function unwrap<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.value;
  const { code, message, hint } = answer.error;
  throw new SottoError(code as SottoErrorCode, message, { hint });
}
