// One room's recommender in the engine: its ranker, made anew for each catalogue, and what outlives a catalogue.
import { SottoError } from "../errors.js";
import type { Manifest, Offer, RecommendRules, RuleTarget } from "../types.js";
import type { Model } from "./model.js";
import type { RankedId, RecommenderCalls, RoomEvent } from "./protocol.js";
import type { Ranked, Ranker, ViewerEvent } from "./ranker.js";
import { type Recommender, startRecommender } from "./recommender.js";

/** As many of the viewer's events are replayed into a new catalogue's ranker. */
const maxEvents = 2000;
const tower = "two-tower";
/** Models of these kinds have one place in the ranker; all others share another, but for popularity. */
const towers = [tower, "sequence"];
const roleOf = (kind: string) => (towers.includes(kind) ? "tower" : kind === "popularity" ? kind : "together");
const mostSteps = 200;
/** Seconds after which a comment's mood has lost half of its weight. */
const moodHalfLife = 120;

export interface RoomParts {
  /** Core.titleNgrams. */
  ngrams(title: string): Uint32Array;
  /** A model does not fit the new catalogue and was put away. */
  dropped(error: unknown): void;
}

type Calls = {
  [Name in keyof RecommenderCalls]: (...args: Parameters<RecommenderCalls[Name]>) => ReturnType<RecommenderCalls[Name]>;
};

export class Room {
  readonly #recommender: Recommender;
  readonly #parts: RoomParts;
  #manifest: Manifest | undefined;
  /** What of it the ranker was made from, as JSON. */
  #sold = "";
  #places = new Map<string, number>();
  #ranker: Ranker | undefined;
  /** By role: a newer one takes the place of an older one. */
  readonly #models = new Map<string, Model>();
  #events: RoomEvent[] = [];
  #learned: Uint8Array | undefined;
  #scores: Readonly<Record<string, number>> | null = null;
  #offers: readonly Offer[] = [];
  #onStage = "";
  /** The two-tower model's, tuned to this viewer. */
  #head: Float32Array | undefined;
  #mood = 0;
  #moodAt = 0;

  constructor(recommender: Recommender, parts: RoomParts) {
    this.#recommender = recommender;
    this.#parts = parts;
  }

  /** Makes a ranker for the products, if they or their campaigns are others; or throws and keeps what it had. */
  setManifest(manifest: Manifest): void {
    // Most new manifests name a new model. This worker draws as well, and hashing thousands of titles takes many frames.
    const sold = JSON.stringify([manifest.catalogue, manifest.products, manifest.campaigns]);
    if (sold === this.#sold) {
      this.#manifest = manifest;
      return;
    }
    const products = manifest.products.map(({ id, title, category, brand, price }) => ({
      id,
      category,
      brand,
      price: price.amount,
      image: new Float32Array(),
      ngrams: this.#parts.ngrams(title.zh === title.en ? title.zh : `${title.zh} ${title.en}`),
    }));
    const ranker = products.length > 0 ? this.#recommender.createRanker(products, manifest.catalogue) : undefined;
    const places = new Map(products.map(({ id }, place) => [id, place]));
    ranker?.setCampaigns(
      manifest.campaigns.map(({ segments, product, coupon, from, until }) => ({
        ...segments,
        product: places.get(product) as number,
        coupon: (coupon?.percent ?? 0) / 100,
        from,
        until,
      })),
    );
    this.#ranker?.dispose();
    this.#ranker = ranker;
    this.#manifest = manifest;
    this.#sold = sold;
    this.#places = places;
    if (!ranker) return;
    for (const [role, model] of this.#models) {
      try {
        ranker.useModel(model);
      } catch (error) {
        this.#models.delete(role);
        model.dispose();
        this.#parts.dropped(error);
      }
    }
    if (this.#head) this.#useHead(this.#head);
    this.#giveOffers();
    this.#giveScores();
    ranker.replay(this.#known(this.#events));
    if (this.#learned) ranker.restoreLearned(this.#learned);
  }

  /** The product on stage; "": none. */
  stage(product: string): void {
    this.#onStage = product;
  }

  /** Of one comment of the viewer, -1 (angry) to 1 (glad). `at` in milliseconds. */
  mood(value: number, at: number): void {
    const kept = this.#moodNow(at);
    this.#mood = kept + (value - kept) / 2;
    this.#moodAt = at;
  }

  readonly calls: Calls = {
    restore: ({ events, learned }) => {
      const ranker = this.#ranker;
      if (learned) ranker?.restoreLearned(learned);
      ranker?.replay(this.#known(events));
      this.#events = events.slice(-maxEvents);
      this.#learned = learned;
    },
    observe: ({ events }) => {
      const ranker = this.#need();
      ranker.observe(this.#known(events));
      this.#events = [...this.#events, ...events.filter(({ kind }) => kind !== "shown")].slice(-maxEvents);
      this.#learned = ranker.learned();
      return { learned: this.#learned };
    },
    useModel: ({ file }) => {
      const model = this.#recommender.loadModel(file);
      try {
        this.#ranker?.useModel(model);
      } catch (error) {
        model.dispose();
        throw error;
      }
      const { kind, version } = model;
      const role = roleOf(kind);
      this.#models.get(role)?.dispose();
      this.#models.set(role, model);
      if (role === "tower") this.#head = undefined; // of the model before
      return { kind, version };
    },
    useScores: ({ scores }) => {
      const before = this.#scores;
      this.#scores = scores;
      try {
        this.#giveScores();
      } catch (error) {
        this.#scores = before;
        throw error;
      }
    },
    setOffers: ({ offers }) => {
      const before = this.#offers;
      this.#offers = offers;
      try {
        this.#giveOffers();
      } catch (error) {
        this.#offers = before;
        throw error;
      }
    },
    rank: (request) => this.#rank(request),
    segments: ({ now }) => this.#ranker?.segments(now) ?? [],
    campaigns: ({ now, programme }) =>
      Array.from(this.#ranker?.campaigns(now, programme) ?? [], (place) => this.#campaign(place).id),
    personalise: ({ milliseconds }) => this.#personalise(milliseconds),
    headChange: () => {
      const model = this.#tower;
      return model && { version: model.version, change: this.#recommender.headChange(model, this.#head) };
    },
    restoreHead: ({ version, head }) => {
      if (this.#tower?.version === version) this.#useHead(head);
    },
    forget: () => {
      if (this.#tower && this.#head) this.#ranker?.useModel(this.#tower);
      this.#head = undefined;
      this.#events = [];
      this.#learned = undefined;
      this.#mood = 0;
      this.#ranker?.forget();
    },
  };

  #personalise(milliseconds: number): { version: string; head: Float32Array } | undefined {
    const end = performance.now() + milliseconds;
    const model = this.#tower;
    if (!model || milliseconds <= 0) return undefined;
    const numbers = new Map(model.items.map((id, number) => [id, number]));
    const events = this.#events.flatMap(({ product, kind }) => {
      const item = numbers.get(product);
      return item === undefined ? [] : [{ item, kind }];
    });
    // The same draw each time for the same history: more time then means more steps, not other examples.
    const tuner = this.#recommender.createTuner(model, events, events.length);
    if (!tuner) return undefined;
    try {
      for (let step = 0; step < mostSteps && performance.now() < end; step++) tuner.step();
      const { head } = tuner;
      this.#useHead(head);
      return { version: model.version, head };
    } finally {
      tuner.dispose();
    }
  }

  #useHead(head: Float32Array): void {
    const model = this.#tower;
    if (!model) return;
    const tuned = this.#recommender.withHead(model, head);
    try {
      this.#ranker?.useModel(tuned);
      this.#head = head;
    } finally {
      tuned.dispose();
    }
  }

  stop(): void {
    for (const held of [this.#ranker, ...this.#models.values()]) held?.dispose();
  }

  /** The two-tower model, if it is the one that ranks. */
  get #tower(): Model | undefined {
    const model = this.#models.get("tower");
    return model?.kind === tower ? model : undefined;
  }

  #need(): Ranker {
    if (!this.#ranker) throw new SottoError("NOT_FOUND", "the manifest has no products");
    return this.#ranker;
  }

  #campaign = (place: number) => this.#manifest?.campaigns[place] as Manifest["campaigns"][number];

  #rank({ k, includeEngaged, diversity, seed, rules, now, programme }: Parameters<Calls["rank"]>[0]): RankedId[] {
    if (!this.#ranker) return [];
    const onStage = this.#places.get(this.#onStage);
    const { recommendations, campaigns } = this.#ranker.rank({
      k,
      includeEngaged,
      diversity,
      seed,
      onStage,
      mood: this.#moodNow(now),
      now,
      programme,
      rules: this.#rules(rules),
    });
    const offered = new Map(
      Array.from(campaigns, this.#campaign)
        .reverse() // the first of several for a product
        .map(({ id, product }) => [product, id]),
    );
    const names = this.#recommender.featureNames;
    return recommendations.map((one) => this.#toId(one, names, offered));
  }

  #toId(
    { product, because, ...one }: Ranked,
    names: readonly string[],
    offered: ReadonlyMap<string, string>,
  ): RankedId {
    const idOf = (place: number) => this.#manifest?.products[place]?.id as string;
    const id = idOf(product);
    return {
      ...one,
      product: id,
      reason: one.reason as RankedId["reason"],
      because: because === undefined ? undefined : idOf(because),
      contributions: Object.fromEntries(names.map((name, place) => [name, one.contributions[place] as number])),
      campaign: offered.get(id),
    };
  }

  /** Products and ids that the manifest lacks say nothing. */
  #rules({ pin = [], boost = [], cap = [], exclude = [] }: RecommendRules) {
    const known = (rule: RuleTarget) => !("product" in rule) || this.#places.has(rule.product);
    const targetOf = (rule: RuleTarget): { product?: number; category?: string } =>
      "product" in rule ? { product: this.#places.get(rule.product) as number } : { category: rule.category };
    return {
      pins: pin.flatMap(({ product, place }) => {
        const number = this.#places.get(product);
        return number === undefined ? [] : [{ product: number, place }];
      }),
      boosts: boost.filter(known).map((rule) => ({ ...targetOf(rule), factor: rule.factor })),
      caps: cap,
      exclude: exclude.filter(known).map(targetOf),
    };
  }

  #known(events: readonly RoomEvent[]): ViewerEvent[] {
    const onStage = this.#places.get(this.#onStage);
    return events.flatMap(({ product: id, kind, at }) => {
      const product = this.#places.get(id);
      return product === undefined ? [] : [{ product, kind, at, onStage, mood: this.#moodNow(at) }];
    });
  }

  /** What the manifest knows of stock, and over it what the page said. */
  #giveOffers(): void {
    const products = this.#manifest?.products ?? [];
    const said = new Map(this.#offers.map((offer) => [offer.product, offer]));
    const offers = products.flatMap(({ id, price, stock }, product) => {
      const offer = said.get(id);
      if (!offer && stock === undefined) return [];
      return [
        {
          product,
          price: offer?.price ?? price.amount,
          stock: offer?.stock ?? stock ?? -1,
          coupon: (offer?.couponPercent ?? 0) / 100,
        },
      ];
    });
    this.#ranker?.setOffers(offers);
  }

  #giveScores(): void {
    const scores = this.#scores ?? {};
    const given = this.#manifest?.products.map(({ id }) => scores[id]) ?? [];
    const known = given.filter((score) => score !== undefined);
    const lowest = Math.min(...known);
    this.#ranker?.useScores(Float32Array.from(known.length > 0 ? given : [], (score = lowest) => score));
  }

  #moodNow(now: number): number {
    return this.#mood * 2 ** (-Math.max(0, now - this.#moodAt) / (1000 * moodHalfLife));
  }
}

/** For the worker, which imports this module by its URL. */
export async function createRoom(wasm: Uint8Array<ArrayBuffer>, parts: RoomParts): Promise<Room> {
  return new Room(await startRecommender(wasm), parts);
}
