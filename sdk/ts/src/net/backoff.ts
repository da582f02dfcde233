// Exponential backoff with jitter, so that a server that comes back does not meet all its viewers in one moment.
export interface BackoffOptions {
  /** Milliseconds before the first retry. Default 1,000. */
  base?: number;
  /** Most milliseconds between two tries. Default 60,000. */
  cap?: number;
  /** Uniform in [0, 1). Default Math.random. */
  random?: () => number;
}

/** Milliseconds before retry number `attempt` (from 0): between half and all of base * 2^attempt, at most cap. */
export function backoffDelay(
  attempt: number,
  { base = 1000, cap = 60_000, random = Math.random }: BackoffOptions = {},
) {
  const full = Math.min(cap, base * 2 ** attempt);
  return full / 2 + (full / 2) * random();
}

/** Resolves after `ms`; rejects with the signal's reason when it aborts. */
export function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** Milliseconds that a Retry-After header asks for (RFC 9110, 10.2.3); undefined without a usable one. */
export function retryAfter(headers: Headers, now = Date.now()): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (!value) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
