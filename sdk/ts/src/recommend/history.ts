// What the viewer did in this room, in memory and on the device.
import type { Storage, StoredEngagement } from "../storage/storage.js";
import type { EngagementKind } from "../types.js";
import type { RoomEvent } from "./protocol.js";

/** Each kind, and whether it says that the viewer likes the product. */
const likes: Readonly<Record<EngagementKind, boolean>> = {
  view: false,
  click: true,
  cart: true,
  buy: true,
  less: false,
};

export const isEngagementKind = (kind: string): kind is EngagementKind => Object.hasOwn(likes, kind);

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

  get events(): readonly RoomEvent[] {
    return this.#engagements;
  }

  /** In use at once; `stored` resolves when it is stored. */
  add(product: string, kind: EngagementKind): { event: RoomEvent; stored: Promise<void> } {
    const engagement = { stream: this.#stream, product, kind, at: Date.now() };
    this.#engagements.push(engagement);
    return { event: engagement, stored: this.#storage.addEngagement(engagement) };
  }

  /** Ids of the products that the viewer did more with than to look, and does not want less of. */
  engaged(): Set<string> {
    const engaged = new Set<string>();
    for (const { product, kind } of this.#engagements) {
      if (kind === "less") engaged.delete(product);
      else if (likes[kind]) engaged.add(product);
    }
    return engaged;
  }

  /** In memory only; the storage is cleared by whoever owns it. */
  forget(): void {
    this.#engagements = [];
  }
}
