import { unwrap } from "../core/answer.js";
import { Handle } from "../core/handle.js";
import type { SearchIndex as RawIndex } from "./module.js";

/**
 * "scan-f32": exact. "scan-i8": exact for numbers rounded to 8 bits, four times as fast. "hnsw": a graph, which takes
 * minutes to build for a million items. "auto": scan-i8 up to a million items, hnsw above.
 */
export type SearchKind = "auto" | "scan-f32" | "scan-i8" | "hnsw";

/** The items whose vectors have the largest inner products with a query. */
export class SearchIndex extends Handle<RawIndex> {
  get items(): number {
    return this.raw.items;
  }

  get dimensions(): number {
    return this.raw.dimensions;
  }

  get kind(): Exclude<SearchKind, "auto"> {
    return this.raw.kind as Exclude<SearchKind, "auto">;
  }

  /**
   * The best k items, best first, of equal scores the lower item; fewer if there are no more. `excluded`: items that
   * must not be among them. Throws INVALID_ARGUMENT for a query of another length, or with a number that is not finite
   * or above 1e15.
   */
  search(
    query: Float32Array,
    { k = 10, excluded = none }: { k?: number; excluded?: Uint32Array } = {},
  ): { items: Uint32Array; scores: Float32Array } {
    const room = Math.min(k, this.items);
    const found = { items: new Uint32Array(room), scores: new Float32Array(room) };
    const count = this.searchInto(query, found.items, found.scores, excluded);
    return { items: found.items.subarray(0, count), scores: found.scores.subarray(0, count) };
  }

  /** The same into arrays that the caller keeps: as many as both have place for. Returns how many were found. */
  searchInto(query: Float32Array, items: Uint32Array, scores: Float32Array, excluded: Uint32Array = none): number {
    return unwrap(this.raw.search(query, excluded, items, scores));
  }
}

const none = new Uint32Array();
