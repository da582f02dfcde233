// Where the manifest comes from: a URL that is asked again, or a value that is at hand.
import { SottoError } from "../errors.js";
import { fetchBytes } from "../net/fetch-bytes.js";

/** As the core's ParseManifest takes it. */
const maxManifestBytes = 4 * 1024 * 1024;

export class ManifestSource {
  readonly #url: string | undefined;
  readonly #text: string;
  readonly #fetch: typeof fetch | undefined;
  #etag = "";
  #last: string | undefined;

  /** Throws INVALID_ARGUMENT if `manifest` is neither a URL nor something that JSON can say. */
  constructor(manifest: string | URL | object, fetch?: typeof globalThis.fetch) {
    this.#fetch = fetch;
    if (typeof manifest === "string" && !manifest.trimStart().startsWith("{")) {
      this.#url = resolveUrl(manifest);
    } else if (manifest instanceof URL) {
      this.#url = manifest.href;
    }
    this.#text = this.#url ? "" : typeof manifest === "string" ? manifest : stringify(manifest);
  }

  /** What the manifest's relative URLs are relative to; "" if nothing is known. */
  get base(): string {
    return this.#url ?? documentBase();
  }

  get refreshable(): boolean {
    return this.#url !== undefined;
  }

  /** The manifest's text, or undefined if it is the same as last time (304, or the same bytes). */
  async read(signal?: AbortSignal): Promise<string | undefined> {
    if (!this.#url) {
      const first = this.#last === undefined;
      this.#last = this.#text;
      return first ? this.#text : undefined;
    }
    const { bytes, status, headers } = await fetchBytes(this.#url, {
      what: "the manifest",
      fetch: this.#fetch,
      signal,
      maxBytes: maxManifestBytes,
      // Without a readable ETag (another origin that does not expose it) the browser's own cache asks by it.
      init: this.#etag ? { headers: { "if-none-match": this.#etag } } : { cache: "no-cache" },
    });
    if (status === 304) return undefined;
    let text: string;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch (cause) {
      throw new SottoError("MALFORMED", `the manifest at ${this.#url} is not UTF-8`, {
        hint: "Save it as UTF-8.",
        cause,
      });
    }
    this.#etag = headers.get("etag") ?? "";
    if (text === this.#last) return undefined;
    this.#last = text;
    return text;
  }
}

const documentBase = () => (typeof document === "undefined" ? "" : document.baseURI);

function resolveUrl(url: string): string {
  try {
    return new URL(url, documentBase() || undefined).href;
  } catch (cause) {
    throw new SottoError("INVALID_ARGUMENT", `manifest "${url.slice(0, 200)}" is not a URL`, {
      hint: "Pass an absolute URL, a URL relative to the page, or the manifest itself.",
      cause,
    });
  }
}

function stringify(manifest: object): string {
  // JSON.stringify would turn NaN and Infinity into null, and the message would then be about something else.
  const finite = (key: string, value: unknown) => {
    if (typeof value === "number" && !Number.isFinite(value)) {
      throw new SottoError("MALFORMED", `the manifest's "${key}" is ${value}`, { hint: "Numbers must be finite." });
    }
    return value;
  };
  return JSON.stringify(manifest, finite);
}
