// The page's part of recommendations, for rooms with products: the history, the weights that are kept, and what the page
// asks of the recommender in the engine.
import { fetchWasm } from "../core/fetch-wasm.js";
import { SottoError } from "../errors.js";
import { absolute } from "../net/fetch-bytes.js";
import { defaultRecommend, recommendFile } from "../recommend/assets.js";
import { History, isEngagementKind } from "../recommend/history.js";
import type { RecommenderCall, RecommenderCalls } from "../recommend/protocol.js";
import { toRecommendations } from "../recommend/reason.js";
import type { Storage } from "../storage/storage.js";
import type {
  Assets,
  Campaign,
  EngagementKind,
  Manifest,
  Offer,
  Recommendation,
  RecommendOptions,
  SegmentsApi,
} from "../types.js";
import type { EngineClient } from "../worker/client.js";

export interface RecommendingParts {
  client: EngineClient;
  storage: Storage;
  assets: Assets;
  fetch: typeof fetch | undefined;
  signal: AbortSignal;
  manifest(): Manifest;
  /** Seconds. */
  programmeTime(): number;
  announce(recommendations: Recommendation[]): void;
  failed(error: unknown): void;
}

/** What is kept of the weights, of all rooms: tastes differ by room, how a viewer clicks does not. */
const weights = "ranker";
/** Of a room's two-tower model, for the version in the first line: text, a line feed, and the numbers. */
const headOf = (stream: string) => `two-tower-head/${stream}`;
/** Milliseconds that tuning may take, after so many without an engagement; not at all on a battery below the share. */
const tuningMs = 40;
const quietMs = 4000;
const leastBattery = 0.2;

/** navigator.getBattery(), where there is one. */
interface Battery {
  readonly charging: boolean;
  readonly level: number;
}

export class Recommending implements SegmentsApi {
  readonly #parts: RecommendingParts;
  readonly #history: History;
  #loading: Promise<void> | undefined;
  /** Products that were told as shown and had no answer yet. */
  readonly #shown = new Set<string>();
  #tuning: ReturnType<typeof setTimeout> | undefined;
  #towers = false;
  /** Counts how often the viewer was forgotten: what began before is not kept. */
  #generation = 0;

  private constructor(parts: RecommendingParts, history: History) {
    this.#parts = parts;
    this.#history = history;
  }

  static async load(parts: RecommendingParts): Promise<Recommending> {
    return new Recommending(parts, await History.load(parts.storage, parts.manifest().stream));
  }

  /** The recommender in the engine; loaded once, and again after a failure. */
  ready(): Promise<void> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  engaged(): Set<string> {
    return this.#history.engaged();
  }

  engage(product: string, kind: EngagementKind): void {
    this.#check(product);
    if (!isEngagementKind(kind)) {
      throw new SottoError("INVALID_ARGUMENT", `engagement ${kind}`, { hint: "view, click, cart, buy or less." });
    }
    const { event, stored } = this.#history.add(product, kind);
    stored.catch(this.#parts.failed);
    this.#shown.delete(product);
    // Before it is loaded, the history that it will start with has the event.
    if (this.#loading) this.#observe([event]);
    void this.announce();
    this.#tuneSoon();
  }

  shown(products: readonly string[]): void {
    const fresh = products.filter((product) => {
      this.#check(product);
      return !this.#shown.has(product);
    });
    for (const product of fresh) this.#shown.add(product);
    this.#observe(fresh.map((product) => ({ product, kind: "shown" as const, at: Date.now() })));
  }

  async recommend(options: RecommendOptions = {}): Promise<Recommendation[]> {
    const { k = 8, includeEngaged = false, diversity = 0.2, explore = false, rules = {} } = options;
    if (!(Number.isInteger(k) && k >= 1)) {
      throw new SottoError("INVALID_ARGUMENT", `k is ${k}`, { hint: "A whole number, 1 or more." });
    }
    const drawn = explore === true ? crypto.getRandomValues(new Uint32Array(1))[0] : explore;
    const ranked = await this.#call("rank", {
      k,
      includeEngaged,
      diversity,
      seed: drawn === false ? undefined : drawn,
      rules,
      ...this.#moment(),
    });
    return toRecommendations(ranked, this.#parts.manifest());
  }

  async matches(name: string): Promise<boolean> {
    const whole = name.includes(":");
    return (await this.list()).some(
      (segment) => segment.name === name || (!whole && segment.name.startsWith(`${name}:`)),
    );
  }

  list() {
    return this.#call("segments", { now: Date.now() });
  }

  async campaigns(): Promise<Campaign[]> {
    const ids = await this.#call("campaigns", this.#moment());
    return this.#parts.manifest().campaigns.filter(({ id }) => ids.includes(id));
  }

  async setOffers(offers: readonly Offer[]): Promise<void> {
    await this.#call("setOffers", { offers });
    await this.announce();
  }

  async useScores(scores: Readonly<Record<string, number>> | null): Promise<void> {
    await this.#call("useScores", { scores });
    await this.announce();
  }

  async useModel(file: Uint8Array): Promise<{ version: string }> {
    const { kind, version } = await this.#call("useModel", { file });
    if (kind === "two-tower") {
      this.#towers = true;
      await this.#restoreHead(version).catch(this.#parts.failed); // the model ranks without it
      this.#tuneSoon();
    }
    return { version };
  }

  async #restoreHead(version: string): Promise<void> {
    const generation = this.#generation;
    const stored = await this.#parts.storage.learned(headOf(this.#parts.manifest().stream));
    if (!stored || generation !== this.#generation) return;
    const [of, numbers] = unpackHead(stored);
    if (of === version) await this.#call("restoreHead", { version, head: numbers });
  }

  /** Nothing runs any more. */
  stop(): void {
    clearTimeout(this.#tuning);
  }

  async announce(): Promise<void> {
    try {
      this.#parts.announce(await this.recommend());
    } catch (error) {
      this.#parts.failed(error);
    }
  }

  /** What is in memory; the storage is cleared by whoever owns it. */
  async forget(): Promise<void> {
    this.#generation++;
    clearTimeout(this.#tuning);
    this.#history.forget();
    this.#shown.clear();
    if (this.#loading) await this.#call("forget", null);
    await this.announce();
  }

  async #load(): Promise<void> {
    const { client, storage, assets, fetch, signal } = this.#parts;
    const events = [...this.#history.events]; // what comes from now on is observed
    const { recommend = defaultRecommend(), recommendWasm } = assets;
    const [wasm, learned] = await Promise.all([
      fetchWasm(recommendFile, {
        signal,
        ...(fetch && { fetch }),
        ...(recommendWasm && { wasm: recommendWasm }),
      }),
      storage.learned(weights),
    ]);
    await client.call("startRecommender", { script: absolute(String(recommend)), wasm }, [wasm.buffer]);
    const restore = (bytes: Uint8Array | undefined) =>
      client.call("recommender", { name: "restore", request: { events, learned: bytes } });
    try {
      await restore(learned);
    } catch (error) {
      if (!learned) throw error;
      this.#parts.failed(error); // weights of another version, or damaged: they are learned anew
      await restore(undefined);
    }
  }

  /** The personal part of a two-tower model is tuned when the viewer pauses, in the worker, and only for a moment. */
  #tuneSoon(): void {
    clearTimeout(this.#tuning);
    if (this.#towers) this.#tuning = setTimeout(() => this.#tune().catch(this.#parts.failed), quietMs);
  }

  async #tune(): Promise<void> {
    const generation = this.#generation;
    const { getBattery } = navigator as { getBattery?: () => Promise<Battery> };
    const battery = await getBattery?.call(navigator).catch(() => undefined);
    if (battery && !battery.charging && battery.level < leastBattery) return;
    const tuned = await this.#call("personalise", { milliseconds: tuningMs });
    if (!tuned || generation !== this.#generation) return;
    await this.#parts.storage.setLearned(headOf(this.#parts.manifest().stream), packHead(tuned.version, tuned.head));
    await this.announce();
  }

  #check(product: string): void {
    if (!this.#parts.manifest().products.some(({ id }) => id === product)) {
      throw new SottoError("NOT_FOUND", `the manifest has no product ${product}`);
    }
  }

  #moment() {
    return { now: Date.now(), programme: this.#parts.programmeTime() };
  }

  async #call<Name extends RecommenderCall>(
    name: Name,
    request: Parameters<RecommenderCalls[Name]>[0],
  ): Promise<ReturnType<RecommenderCalls[Name]>> {
    await this.ready();
    return this.#parts.client.call("recommender", { name, request }) as Promise<ReturnType<RecommenderCalls[Name]>>;
  }

  #observe(events: Parameters<RecommenderCalls["observe"]>[0]["events"]): void {
    if (events.length === 0) return;
    const generation = this.#generation;
    this.#call("observe", { events })
      .then(async ({ learned }) => {
        if (generation === this.#generation) await this.#parts.storage.setLearned(weights, learned);
      })
      .catch(this.#parts.failed);
  }
}

function packHead(version: string, numbers: Float32Array): Uint8Array {
  const name = new TextEncoder().encode(`${version}\n`);
  const packed = new Uint8Array(name.length + numbers.byteLength);
  packed.set(name);
  packed.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), name.length);
  return packed;
}

function unpackHead(packed: Uint8Array): [version: string, numbers: Float32Array] {
  const end = packed.indexOf(10);
  return [new TextDecoder().decode(packed.subarray(0, end)), new Float32Array(packed.slice(end + 1).buffer)];
}
