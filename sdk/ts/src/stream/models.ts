// Keeps the models that a manifest names in use: fetches what is new, checks it, hands it over.
import { backoffDelay } from "../net/backoff.js";
import type { Manifest, ModelReference } from "../types.js";
import { fetchModel } from "./fetch-model.js";

export type UseModel = (file: Uint8Array<ArrayBuffer>) => Promise<{ version: string }>;

/** Most milliseconds until a model that failed is wanted again: it may be large. */
const longestPause = 10 * 60_000;

export class Models {
  readonly #users: Readonly<Record<string, UseModel>>;
  readonly #fetch: typeof fetch | undefined;
  readonly #inUse = new Map<string, string>();
  /** Tries of what is not in use yet, by SHA-256: how many, and until when there is no other. */
  readonly #tries = new Map<string, { count: number; until: number }>();

  /** `users`: what to do with a model of each id; others are left alone. */
  constructor(users: Record<string, UseModel>, fetch?: typeof globalThis.fetch) {
    this.#users = users;
    this.#fetch = fetch;
  }

  /**
   * The models of the manifest that are neither in use nor on their way. One that failed is wanted again after a growing
   * pause.
   */
  wanted(manifest: Manifest): ModelReference[] {
    const now = Date.now();
    return manifest.models.filter(
      ({ id, sha256 }) =>
        id in this.#users && this.#inUse.get(id) !== sha256 && now >= (this.#tries.get(sha256)?.until ?? 0),
    );
  }

  /** Errors: those of fetchModel, and of the model's reader. */
  async use(model: ModelReference, signal?: AbortSignal): Promise<{ version: string }> {
    const options = { ...(this.#fetch && { fetch: this.#fetch }), ...(signal && { signal }) };
    const count = (this.#tries.get(model.sha256)?.count ?? 0) + 1;
    this.#tries.set(model.sha256, { count, until: Number.POSITIVE_INFINITY });
    try {
      const loaded = await this.#users[model.id]?.(await fetchModel(model, options));
      this.#inUse.set(model.id, model.sha256);
      this.#tries.delete(model.sha256);
      return loaded ?? { version: model.version };
    } catch (error) {
      const until = Date.now() + backoffDelay(count - 1, { cap: longestPause });
      this.#tries.set(model.sha256, { count, until });
      throw error;
    }
  }
}
