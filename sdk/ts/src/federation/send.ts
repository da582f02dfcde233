// Puts one update to the server, again and again with the same id until it is answered for certain.
import { reasonOf, SottoError } from "../errors.js";
import { type BackoffOptions, backoffDelay, retryAfter, wait } from "../net/backoff.js";
import type { StoredEntry } from "../storage/storage.js";

export interface SendOptions {
  fetch?: typeof fetch | undefined;
  signal: AbortSignal;
  backoff?: BackoffOptions | undefined;
  /** Requests before it is given up for now. Default 8. */
  attempts?: number | undefined;
}

/** Milliseconds that a request may take. */
const requestTimeout = 30_000;
const longestWait = 5 * 60_000;

/**
 * Resolves to the entry's final state: "accepted", "refused" (the server will never take it, or the task has ended) or
 * "failed" (tries are used up). `note` is told before each request and at the end, and has stored the entry when it resolves.
 */
export async function sendUpdate(
  entry: StoredEntry,
  note: (entry: StoredEntry) => Promise<void>,
  { fetch = globalThis.fetch, signal, backoff, attempts = 8 }: SendOptions,
): Promise<StoredEntry> {
  let current = entry;
  const change = async (fields: Partial<StoredEntry>) => {
    const { error: _, ...rest } = current;
    current = { ...rest, ...fields };
    await note(current);
  };
  for (let attempt = 0; attempt < attempts; attempt++) {
    signal.throwIfAborted();
    if (Date.now() >= entry.expires) {
      const error = new SottoError("EXPIRED", `task ${entry.task} ended before the update was accepted`, {
        hint: "It is not sent again.",
      });
      await change({ state: "refused", error: toPlain(error) });
      return current;
    }
    await change({ state: "sending", attempts: current.attempts + 1 });
    const answer = await put(current, fetch, signal);
    if (answer.outcome !== "retry") {
      await change({
        state: answer.outcome,
        status: answer.status,
        ...(answer.error && { error: toPlain(answer.error) }),
      });
      return current;
    }
    const last = attempt === attempts - 1;
    await change({ state: last ? "failed" : "sending", status: answer.status, error: toPlain(answer.error) });
    if (last) return current;
    await wait(Math.min(longestWait, answer.after ?? backoffDelay(attempt, backoff)), signal);
  }
  return current;
}

type PutAnswer =
  | { outcome: "accepted"; status: number; error?: undefined }
  | { outcome: "refused"; status: number; error: SottoError }
  | { outcome: "retry"; status: number; error: SottoError; after: number | undefined };

async function put(
  { url, bytes }: StoredEntry,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<PutAnswer> {
  signal.throwIfAborted(); // consent may have gone while the ledger was written
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(new Error(`no answer in ${requestTimeout} ms`)), requestTimeout);
  const stop = () => timeout.abort(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    const response = await fetch(url, {
      method: "PUT",
      headers: { "content-type": "application/octet-stream" },
      body: bytes as Uint8Array<ArrayBuffer>,
      // Nothing that tells who sends it, as far as a page decides that.
      credentials: "omit",
      referrerPolicy: "no-referrer",
      cache: "no-store",
      redirect: "error",
      signal: timeout.signal,
    });
    const { status } = response;
    if (status === 200 || status === 201) {
      await response.body?.cancel().catch(() => {});
      return { outcome: "accepted", status };
    }
    const again = status === 429 || status === 408 || status >= 500;
    const error = await problemOf(response, again ? "It is sent again with the same id." : "It is not sent again.");
    return again
      ? { outcome: "retry", status, error, after: retryAfter(response.headers) }
      : { outcome: "refused", status, error };
  } catch (cause) {
    signal.throwIfAborted();
    const error = new SottoError("UNAVAILABLE", `the update could not be sent to ${url}: ${reasonOf(cause)}`, {
      hint: "It is sent again with the same id. Check the network, and CORS if it is another origin.",
      cause,
    });
    return { outcome: "retry", status: 0, error, after: undefined };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

/** RFC 9457's title and detail, as far as the server gave them. */
async function problemOf(response: Response, hint: string): Promise<SottoError> {
  let said = response.statusText;
  try {
    const { title = said, detail = "" } = JSON.parse((await response.text()).slice(0, 10_000));
    said = [title, detail].filter((part) => typeof part === "string" && part).join(": ");
  } catch {
    // not JSON: the status says enough
  }
  return new SottoError("HTTP_STATUS", `the server answered ${response.status} ${said}`.trim(), { hint });
}

const toPlain = ({ code, message, hint }: SottoError) => ({ code, message, hint });
