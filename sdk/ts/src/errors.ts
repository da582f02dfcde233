// What went wrong, in kinds that a caller can act upon. The first group are the core's own codes.
export type SottoErrorCode =
  | "INVALID_ARGUMENT" // the caller passed something outside the documented range
  | "MALFORMED" // bytes from outside do not have the form that they claim
  | "TRUNCATED" // bytes from outside end too early
  | "UNSUPPORTED_VERSION" // well-formed, but of a version that this build does not read
  | "MISMATCH" // two things that must belong together do not (hash, catalogue, task)
  | "RESOURCE_EXHAUSTED" // larger than a documented limit
  | "BUDGET_EXCEEDED" // the privacy budget does not allow it
  | "NOT_FOUND" // no such product, model or task
  | "EXPIRED" // the task is past its time
  | "UNAVAILABLE" // something outside did not answer: network, server, storage, random numbers
  | "INTERNAL" // a defect of ours
  | "ASSET_INVALID" // what was fetched as the wasm is not one
  | "ASSET_MISMATCH" // the wasm and this JavaScript are of different builds
  | "RATE_LIMITED" // a server asks for longer pauses
  | "REFUSED" // an aggregator does not count a report
  | "OUTDATED_KEY" // an aggregator no longer has the key that a share is sealed to
  | "HTTP_STATUS" // a server answered, but not with success
  | "CONSENT_REQUIRED" // the viewer has not agreed
  | "UNSUPPORTED" // the platform lacks something that is needed
  | "DISPOSED"; // used after dispose()

/** `message` says what and where; `hint` what to do about it ("" if there is nothing to add). */
export class SottoError extends Error {
  override readonly name = "SottoError";
  readonly code: SottoErrorCode;
  readonly hint: string;

  constructor(code: SottoErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? "";
  }

  /** "ASSET_MISMATCH: core.simd.wasm was built as ... Copy both from the same package version." */
  override toString(): string {
    return `${this.code}: ${this.message}${this.hint && ` ${this.hint}`}`;
  }
}

/** "fetch failed" alone helps nobody: node puts the reason into the cause. */
export function reasonOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { code?: string; message?: string } };
  const inner = cause?.code || cause?.message;
  return inner ? `${message} (${inner})` : (message ?? String(error));
}
