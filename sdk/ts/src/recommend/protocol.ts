// What the page asks of the recommender in the engine. Products go by their ids: the page may still have another manifest
// than the engine.
import type { EngagementKind, Offer, Recommendation, RecommendRules, Segment } from "../types.js";

/** Something that the viewer did, or that was shown. Milliseconds since 1970. */
export interface RoomEvent {
  product: string;
  kind: EngagementKind | "shown";
  at: number;
}

export interface RankedId extends Omit<Recommendation, "product" | "reason" | "campaign"> {
  product: string;
  reason: Recommendation["reason"]["kind"];
  because: string | undefined;
  /** The id of the campaign that offers it to this viewer. */
  campaign: string | undefined;
}

/** `now` in milliseconds since 1970, `programme` in seconds of programme time. */
export interface Moment {
  now: number;
  programme: number;
}

export interface RecommenderCalls {
  /** What the viewer did before, and the weights learned from it, if there are any. Once, at the start. */
  restore(request: { events: readonly RoomEvent[]; learned: Uint8Array | undefined }): void;
  /** What happens now. Products that the manifest lacks are skipped. Answers with the weights. */
  observe(request: { events: readonly RoomEvent[] }): { learned: Uint8Array };
  /** Kept over a change of manifest, as long as it fits. */
  useModel(request: { file: Uint8Array }): { kind: string; version: string };
  /** Of a model that the page runs; null: none. Products without a score have the lowest. */
  useScores(request: { scores: Readonly<Record<string, number>> | null }): void;
  setOffers(request: { offers: readonly Offer[] }): void;
  rank(
    request: Moment & {
      k: number;
      includeEngaged: boolean;
      diversity: number;
      seed: number | undefined;
      rules: RecommendRules;
    },
  ): RankedId[];
  segments(request: { now: number }): Segment[];
  /** Ids of the campaigns that are for this viewer. */
  campaigns(request: Moment): string[];
  /**
   * Tunes the two-tower model's head to the viewer for at most so many milliseconds, and ranks with it. Undefined if there
   * is no such model, or nothing to learn from.
   */
  personalise(request: { milliseconds: number }): { version: string; head: Float32Array } | undefined;
  /** What tuning changed of the head, zeros if nothing was tuned; undefined if there is no such model. */
  headChange(request: null): { version: string; change: Float32Array } | undefined;
  /** A head of before. Of another version of the model it is not used, and that is no error. */
  restoreHead(request: { version: string; head: Float32Array }): void;
  forget(request: null): void;
}

export type RecommenderCall = keyof RecommenderCalls;
