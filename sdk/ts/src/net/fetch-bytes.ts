import { reasonOf, SottoError } from "../errors.js";

export interface FetchOptions {
  /** What is fetched, for messages: "the manifest". */
  what: string;
  fetch?: typeof globalThis.fetch | undefined;
  signal?: AbortSignal | undefined;
  /** More than this is refused, before it is read where the server says the length. */
  maxBytes?: number;
  init?: RequestInit;
}

export interface Fetched {
  bytes: Uint8Array<ArrayBuffer>;
  /** Content-Type, "" if there was none. */
  type: string;
  status: number;
  headers: Headers;
}

/**
 * Fetches a whole body. Errors name the URL: HTTP_STATUS (not 2xx or 304), UNAVAILABLE (no answer),
 * RESOURCE_EXHAUSTED (above maxBytes). An abort rejects with the signal's reason.
 */
export async function fetchBytes(url: string, options: FetchOptions): Promise<Fetched> {
  const { what, signal, maxBytes = 256 * 1024 * 1024, init = {} } = options;
  const address = absolute(url);
  const fetch = options.fetch ?? defaultFetch;
  let response: Response;
  try {
    response = await fetch(url, { ...init, ...(signal ? { signal } : {}) });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new SottoError("UNAVAILABLE", `${what} could not be fetched from ${address}: ${reasonOf(cause)}`, {
      hint: "Check the address, the network, and CORS if it is another origin.",
      cause,
    });
  }
  if (!response.ok && response.status !== 304) {
    await response.body?.cancel().catch(() => {});
    throw new SottoError("HTTP_STATUS", `${what} was not served: ${address} answered ${statusOf(response)}`, {
      hint: response.status === 404 ? "Check that the file is deployed at this address." : "Check the server.",
      cause: response.status,
    });
  }
  const tooLarge = (size: string) =>
    new SottoError("RESOURCE_EXHAUSTED", `${what} at ${address} has ${size}, the limit is ${maxBytes} bytes`, {
      hint: "Check that this is the right file, and make it smaller if it is.",
    });
  const announced = Number(response.headers.get("content-length") ?? 0);
  if (announced > maxBytes) {
    await response.body?.cancel().catch(() => {});
    throw tooLarge(`${announced} bytes`);
  }
  const bytes = await readAtMost(response, maxBytes).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new SottoError("UNAVAILABLE", `${what} broke off while it was read from ${address}: ${reasonOf(cause)}`, {
      hint: "Try again; if it stays so, check the server and what is between.",
      cause,
    });
  });
  if (!bytes) throw tooLarge("more");
  return {
    bytes,
    type: response.headers.get("content-type") ?? "",
    status: response.status,
    headers: response.headers,
  };
}

/** For messages: where on the page's server a relative address leads. */
export const absolute = (url: string): string =>
  typeof document === "undefined" || !URL.canParse?.(url, document.baseURI) ? url : new URL(url, document.baseURI).href;

/** undefined if there is more than the limit. */
async function readAtMost(response: Response, limit: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (!response.body) {
    const bytes = new Uint8Array(await response.arrayBuffer());
    return bytes.length > limit ? undefined : bytes;
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > limit) {
      await reader.cancel().catch(() => {});
      return undefined;
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

const statusOf = (response: Response) => `${response.status} ${response.statusText}`.trim();

/** The global fetch, and in node also file: URLs, which is where the package's own files are then. */
async function defaultFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const url = String(input);
  if (!url.startsWith("file:") || !("process" in globalThis)) return globalThis.fetch(input, init);
  const builtIn = "node:fs/promises"; // in a variable, so that no bundler for browsers looks for it
  const { readFile } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ builtIn)) as {
    readFile(path: URL): Promise<Uint8Array<ArrayBuffer>>;
  };
  return new Response(await readFile(new URL(url)));
}
