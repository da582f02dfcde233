// One room's ranker. Products are numbers here: places in the catalogue.
import { unwrap } from "../core/answer.js";
import { Handle } from "../core/handle.js";
import type { Model } from "./model.js";
import type { Ranker as RawRanker } from "./module.js";

export interface CatalogueProduct {
  id: string;
  category: string;
  brand: string;
  /** Minor units. */
  price: number;
  /** Of the picture; empty: none. All of a catalogue are equally long. */
  image: Float32Array;
  /** Core.titleNgrams of the title. */
  ngrams: Uint32Array;
}

/** By number, as the core counts them. */
export const eventKinds = ["shown", "view", "click", "cart", "buy", "less"] as const;
export type EventKind = (typeof eventKinds)[number];

export interface ViewerEvent {
  product: number;
  kind: EventKind;
  /** Milliseconds, on one clock for all. */
  at: number;
  onStage?: number | undefined;
  mood?: number;
}

export interface RankRequest {
  k: number;
  includeEngaged?: boolean;
  /** 0 to 1. Default 0.2. */
  diversity?: number;
  /** Explore by these random numbers. Default: do not explore. */
  seed?: number | undefined;
  onStage?: number | undefined;
  mood?: number;
  now: number;
  /** Seconds of programme time. */
  programme?: number;
  rules?: Partial<Parameters<RawRanker["rank"]>[0]["rules"]>;
}

type Ranking = Extract<ReturnType<RawRanker["rank"]>, { ok: true }>["value"];
export type Ranked = Ranking["recommendations"][number];

const toRaw = ({ kind, ...event }: ViewerEvent) => ({ ...event, kind: eventKinds.indexOf(kind) });

export class Ranker extends Handle<RawRanker> {
  /**
   * Takes a model into use, in the place of the one with its role. The model may be disposed afterwards. Throws
   * MISMATCH if it belongs to another catalogue or knows no product of this one.
   */
  useModel(model: Model): void {
    unwrap(this.raw.useModel(model.raw));
  }

  /** Of a model that the page runs itself, one for each product; empty: none. */
  useScores(scores: Float32Array): void {
    unwrap(this.raw.useScores(scores));
  }

  setOffers(offers: Parameters<RawRanker["setOffers"]>[0]): void {
    unwrap(this.raw.setOffers(offers));
  }

  setCampaigns(campaigns: Parameters<RawRanker["setCampaigns"]>[0]): void {
    unwrap(this.raw.setCampaigns(campaigns));
  }

  /** What the viewer does now: it changes taste and weights. */
  observe(events: readonly ViewerEvent[]): void {
    unwrap(this.raw.observe(events.map(toRaw)));
  }

  /** What the viewer did before, oldest first: it changes the taste alone. */
  replay(events: readonly ViewerEvent[]): void {
    unwrap(this.raw.replay(events.map(toRaw)));
  }

  rank({ k, now, ...request }: RankRequest): Ranking {
    const { includeEngaged = false, diversity = 0.2, seed, onStage, mood = 0, programme = 0, rules } = request;
    const allRules = { pins: [], boosts: [], caps: [], exclude: [], ...rules };
    return unwrap(
      this.raw.rank({ k, includeEngaged, diversity, seed, onStage, mood, now, programme, rules: allRules }),
    );
  }

  /** Places of the campaigns that are for this viewer now. */
  campaigns(now: number, programme: number): Uint32Array {
    return this.raw.campaigns(now, programme);
  }

  segments(now: number): { name: string; strength: number }[] {
    return this.raw.segments(now);
  }

  /** The weights, to be kept for the next visit. */
  learned(): Uint8Array {
    return this.raw.learned();
  }

  restoreLearned(file: Uint8Array): void {
    unwrap(this.raw.restoreLearned(file));
  }

  /** Taste and weights as before the first event. */
  forget(): void {
    this.raw.forget();
  }
}
