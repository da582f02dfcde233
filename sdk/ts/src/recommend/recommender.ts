import { unwrap } from "../core/answer.js";
import { type LoadCoreOptions, wasmOf } from "../core/load.js";
import { startModule } from "../core/start.js";
import { recommendFile } from "./assets.js";
import { Model } from "./model.js";
import { createModule, type MainModule } from "./module.js";
import { type CatalogueProduct, type EventKind, eventKinds, Ranker } from "./ranker.js";
import { SearchIndex, type SearchKind } from "./search.js";
import { HeadTuner } from "./tuner.js";

/** The recommender's module: rankers and models. */
export class Recommender {
  readonly #module: MainModule;

  /** The names of what a ranker weighs, in the order of `contributions`. */
  readonly featureNames: readonly string[];

  /** @internal */
  constructor(module: MainModule) {
    this.#module = module;
    this.featureNames = module.featureNames();
  }

  get buildId(): string {
    return this.#module.buildId();
  }

  createRanker(products: readonly CatalogueProduct[], catalogueVersion = ""): Ranker {
    return new Ranker(unwrap(this.#module.Ranker.create(products, catalogueVersion)));
  }

  /**
   * Tunes a two-tower network's head to a viewer's events, oldest first, items by the model's numbers; undefined if the
   * viewer has engaged with nothing. The seed draws items that were not chosen.
   */
  createTuner(model: Model, events: readonly { item: number; kind: EventKind }[], seed: number): HeadTuner | undefined {
    const raw = unwrap(
      this.#module.HeadTuner.create(
        model.raw,
        Uint32Array.from(events, ({ item }) => item),
        Uint32Array.from(events, ({ kind }) => eventKinds.indexOf(kind)),
        seed,
      ),
    );
    return raw && new HeadTuner(raw);
  }

  /** The two-tower network with another head. */
  withHead(model: Model, head: Float32Array): Model {
    return new Model(unwrap(this.#module.withHead(model.raw, head)));
  }

  /** How a two-tower network's head differs from the model's own; zeros for none. */
  headChange(model: Model, head: Float32Array | undefined): Float32Array {
    return head
      ? unwrap(this.#module.headChange(model.raw, head))
      : new Float32Array(unwrap(this.#module.headSize(model.raw)));
  }

  /**
   * Factors of implicit feedback, by alternating least squares: for pages that have who took what. One pair of a user's and
   * an item's number each; `items` are the ids by number. Takes some seconds for a million pairs.
   */
  fitIals(
    pairs: { readonly users: Uint32Array; readonly items: Uint32Array },
    items: readonly string[],
    { version = "1", rank = 64, epochs = 12 }: { version?: string; rank?: number; epochs?: number } = {},
  ): Model {
    return new Model(
      unwrap(this.#module.Model.fitIals(pairs.users, pairs.items, items as string[], version, rank, epochs)),
    );
  }

  loadModel(file: Uint8Array): Model {
    return new Model(unwrap(this.#module.Model.load(file)));
  }

  /**
   * An index of `vectors`, items x dimensions, row by row, which are copied. Throws INVALID_ARGUMENT for numbers that are
   * no whole rows, not finite or above 1e15, RESOURCE_EXHAUSTED above 4,000,000 items.
   */
  createIndex(vectors: Float32Array, dimensions: number, kind: SearchKind = "auto"): SearchIndex {
    return new SearchIndex(unwrap(this.#module.SearchIndex.create(vectors, dimensions, kind)));
  }

  /** A graph that was built elsewhere for the same vectors. Throws MISMATCH for others, MALFORMED, TRUNCATED. */
  loadIndex(vectors: Float32Array, dimensions: number, graph: Uint8Array): SearchIndex {
    return new SearchIndex(unwrap(this.#module.SearchIndex.loadGraph(vectors, dimensions, graph)));
  }
}

/** From recommend.wasm's bytes. Errors: ASSET_INVALID, ASSET_MISMATCH. */
export const startRecommender = async (wasm: BufferSource): Promise<Recommender> =>
  new Recommender(await startModule(createModule, wasm, recommendFile.name));

/** The recommender on this thread, in a browser or in node. A LiveSession runs its own in the worker. */
export const loadRecommender = async (options: LoadCoreOptions = {}): Promise<Recommender> =>
  startRecommender(await wasmOf(recommendFile, options));
