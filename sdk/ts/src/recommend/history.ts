// What the viewer did in this room, in memory and on the device.
import type { Storage, StoredEngagement } from "../storage/storage.js";
import type { EngagementKind } from "../types.js";

export const engagementWeights: Readonly<Record<EngagementKind, number>> = { view: 0.3, click: 1, cart: 2, buy: 3 };

export class History {
  readonly #storage: Storage;
  readonly #stream: string;
  #engagements: StoredEngagement[];

  private constructor(storage: Storage, stream: string, engagements: StoredEngagement[]) {
    this.#storage = storage;
    this.#stream = stream;
    this.#engagements = engagements;
  }

  static async load(storage: Storage, stream: string): Promise<History> {
    return new History(storage, stream, await storage.engagements(stream));
  }

  /** In use at once; resolves when it is stored. */
  add(product: string, kind: EngagementKind): Promise<void> {
    const engagement = { stream: this.#stream, product, kind, at: Date.now() };
    this.#engagements.push(engagement);
    return this.#storage.addEngagement(engagement);
  }

  /** For the ranker, newest last. */
  weighted(): { product: string; weight: number }[] {
    return this.#engagements.map(({ product, kind }) => ({ product, weight: engagementWeights[kind] }));
  }

  /** Ids of the products that the viewer did more with than to look. */
  engaged(): Set<string> {
    return new Set(this.#engagements.filter(({ kind }) => kind !== "view").map(({ product }) => product));
  }

  /** In memory only; the storage is cleared by whoever owns it. */
  forget(): void {
    this.#engagements = [];
  }
}
