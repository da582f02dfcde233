// Keeps the models that a manifest names in use: fetches what is new, checks it, hands it over.
import type { Manifest, ModelReference } from "../types.js";
import { fetchModel } from "./fetch-model.js";

export type UseModel = (file: Uint8Array<ArrayBuffer>) => Promise<{ version: string }>;

export class Models {
  readonly #users: Readonly<Record<string, UseModel>>;
  readonly #fetch: typeof fetch | undefined;
  readonly #inUse = new Map<string, string>();

  /** `users`: what to do with a model of each id; others are left alone. */
  constructor(users: Record<string, UseModel>, fetch?: typeof globalThis.fetch) {
    this.#users = users;
    this.#fetch = fetch;
  }

  /** The models of the manifest that are not in use yet. */
  wanted(manifest: Manifest): ModelReference[] {
    return manifest.models.filter(({ id, sha256 }) => id in this.#users && this.#inUse.get(id) !== sha256);
  }

  /** Errors: those of fetchModel, and of the model's reader. A model that failed stays wanted. */
  async use(model: ModelReference, signal?: AbortSignal): Promise<{ version: string }> {
    const options = { ...(this.#fetch && { fetch: this.#fetch }), ...(signal && { signal }) };
    const loaded = await this.#users[model.id]?.(await fetchModel(model, options));
    this.#inUse.set(model.id, model.sha256);
    return loaded ?? { version: model.version };
  }
}
