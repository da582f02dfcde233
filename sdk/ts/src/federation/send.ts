// Sends one contribution, again and again with the same id and the same bytes until it is answered for certain.
import { reasonOf, SottoError } from "../errors.js";
import { type BackoffOptions, wait } from "../net/backoff.js";
import type { StoredEntry } from "../storage/storage.js";

export interface SendOptions {
  fetch?: typeof fetch | undefined;
  signal: AbortSignal;
  backoff?: BackoffOptions | undefined;
  /** Requests before it is given up for now. Default 8. */
  attempts?: number | undefined;
}

/** What an answer means. "outdated": it has to be sealed to another key. `after`: milliseconds that are asked for. */
export type Answer = { readonly status: number } & (
  | { readonly outcome: "accepted"; readonly error?: undefined }
  | { readonly outcome: "refused" | "outdated"; readonly error: SottoError }
  | { readonly outcome: "retry"; readonly error: SottoError; readonly after?: number | undefined }
);

/** How a kind of contribution is sent. */
export interface Exchange {
  readonly method: "PUT" | "POST";
  readonly contentType: string;
  read(response: Response, entry: StoredEntry): Promise<Answer>;
}

/** Milliseconds that a request may take. */
const requestTimeout = 30_000;
export const longestWait = 5 * 60_000;
/** Bytes that browsers still send for a page that is left (Fetch, "HTTP-network-or-cache fetch"). */
const keepaliveBytes = 64 * 1024;

/**
 * Resolves to the entry's state for now: "accepted", "refused" (it will never be taken, or the task has ended) or "failed"
 * (tries are used up, or the key is outdated). `note` is told before each request and at the end, and has stored the entry
 * when it resolves. An entry that waits for its next try when the viewer leaves the page is sent once more, if a browser
 * does that and nobody asked for a pause.
 */
export async function send(
  entry: StoredEntry,
  exchange: Exchange,
  note: (entry: StoredEntry) => Promise<void>,
  { fetch = globalThis.fetch, signal, backoff, attempts = 8 }: SendOptions,
): Promise<StoredEntry> {
  let current = entry;
  const change = (fields: Partial<StoredEntry>) => {
    const { error: _, ...rest } = current;
    current = { ...rest, ...fields };
    return note(current);
  };
  const leave = () => {
    if (signal.aborted || entry.bytes.length > keepaliveBytes) return;
    // As much as the browser still does. The entry is written down as one that is being sent already.
    change({ state: "sending", attempts: current.attempts + 1 }).catch(() => {});
    fetch(entry.url, { ...requestOf(entry, exchange), signal }).catch(() => {});
  };
  for (let attempt = 0; attempt < attempts; attempt++) {
    signal.throwIfAborted();
    if (Date.now() >= entry.expires) {
      const error = new SottoError("EXPIRED", `task ${entry.task} ended before the contribution was accepted`, {
        hint: "It is not sent again.",
      });
      await change({ state: "refused", error: toPlain(error) });
      return current;
    }
    await change({ state: "sending", attempts: current.attempts + 1 });
    const answer = await ask(current, exchange, fetch, signal);
    const { status } = answer;
    const error = answer.error && { error: toPlain(answer.error) };
    if (answer.outcome !== "retry") {
      await change({ state: answer.outcome === "outdated" ? "failed" : answer.outcome, status, ...error });
      return current;
    }
    const last = attempt === attempts - 1;
    await change({ state: last ? "failed" : "sending", status, ...error });
    if (last) return current;
    const { after } = answer;
    const delay = wait(Math.min(longestWait, after ?? 0) + jitter(attempt, backoff), signal);
    await (after === undefined ? unlessLeft(delay, leave) : delay);
  }
  return current;
}

/** Milliseconds before retry number `attempt` (from 0): uniform between 0 and base * 2^attempt, at most cap. */
const jitter = (attempt: number, { base = 1000, cap = 60_000, random = Math.random }: BackoffOptions = {}) =>
  Math.min(cap, base * 2 ** attempt) * random();

async function unlessLeft(waiting: Promise<void>, leave: () => void): Promise<void> {
  globalThis.addEventListener?.("pagehide", leave);
  try {
    await waiting;
  } finally {
    globalThis.removeEventListener?.("pagehide", leave);
  }
}

const requestOf = ({ bytes }: StoredEntry, { method, contentType }: Exchange): RequestInit => ({
  method,
  headers: { "content-type": contentType },
  body: bytes as Uint8Array<ArrayBuffer>,
  // Nothing that tells who sends it, as far as a page decides that.
  credentials: "omit",
  referrerPolicy: "no-referrer",
  cache: "no-store",
  redirect: "error",
  keepalive: bytes.length <= keepaliveBytes,
});

async function ask(
  entry: StoredEntry,
  exchange: Exchange,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<Answer> {
  signal.throwIfAborted(); // consent may have gone while the ledger was written
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(new Error(`no answer in ${requestTimeout} ms`)), requestTimeout);
  const stop = () => timeout.abort(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    const response = await fetch(entry.url, { ...requestOf(entry, exchange), signal: timeout.signal });
    return await exchange.read(response, entry);
  } catch (cause) {
    signal.throwIfAborted();
    const error = new SottoError(
      "UNAVAILABLE",
      `the contribution could not be sent to ${entry.url}: ${reasonOf(cause)}`,
      {
        hint: "It is sent again with the same id. Check the network, and CORS if it is another origin.",
        cause,
      },
    );
    return { outcome: "retry", status: 0, error };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

const toPlain = ({ code, message, hint }: SottoError) => ({ code, message, hint });
