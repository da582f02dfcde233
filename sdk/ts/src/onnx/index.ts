// A recommender's network run by onnxruntime-web, which the page brings along: the models that `sotto recommend export`
// writes, or the page's own with the same inputs and outputs. Nothing of this is loaded by a session.
//
//   import * as ort from "onnxruntime-web";
//   import { OnnxRecommender } from "@sotto/live/onnx";
//   const model = await OnnxRecommender.load(ort, { user: "user.onnx", itemTower: "items.onnx", items: ids });
//   const scores = await model.score([{ item: "tea", weight: 2 }]);
import { SottoError } from "../errors.js";
import { asyncDisposeSymbol } from "../session/symbols.js";
import { type LoadOptions, load, type Source } from "./load.js";
import type { OnnxRuntime, OnnxSession, OnnxTensor } from "./runtime.js";

export type { SottoErrorCode } from "../errors.js";
export type { OnnxRuntime, OnnxSession, OnnxTensor, Source };
export { SottoError };

export interface OnnxRecommenderOptions extends LoadOptions {
  /**
   * The model that reads a history: inputs `items` (int64 [n], numbers of items) and `weights` (float32 [n]), oldest
   * first, n from 0. Its output is `user` (float32 [1, d]), or `scores` (float32, one for each item), which needs
   * neither of the two below.
   */
  user: Source;
  /** The items' ids by the model's numbers, each once. */
  items: readonly string[];
  /** The model that makes vectors: input `items` (int64 [n]), outputs `vectors` (float32 [n, d]) and, if it likes, `bias`. */
  itemTower?: Source;
  /** Or the vectors themselves: items x d, row by row; and what is added to each item's score. They are not copied. */
  itemVectors?: { vectors: Float32Array; bias?: Float32Array };
}

export interface OnnxEngagement {
  /** One of `items`. */
  item: string;
  /** Finite, not 0: view 0.3, click 1, cart 2, buy 3 by convention; below 0: less of this. Default 1. */
  weight?: number;
}

interface ItemVectors {
  vectors: Float32Array;
  bias: Float32Array | undefined;
}

export class OnnxRecommender {
  /** The ids in the order of the scores. */
  readonly items: readonly string[];
  readonly #runtime: OnnxRuntime;
  readonly #numbers: ReadonlyMap<string, number>;
  #session: OnnxSession | undefined;
  readonly #itemVectors: ItemVectors | undefined;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(
    runtime: OnnxRuntime,
    numbers: ReadonlyMap<string, number>,
    session: OnnxSession,
    itemVectors: ItemVectors | undefined,
  ) {
    this.items = [...numbers.keys()];
    this.#runtime = runtime;
    this.#numbers = numbers;
    this.#session = session;
    this.#itemVectors = itemVectors;
  }

  /**
   * `runtime` is the module onnxruntime-web, configured as the page likes. Rejects with INVALID_ARGUMENT (no items, an
   * id repeated, neither or both of itemTower and itemVectors), MALFORMED (the runtime refuses a model), MISMATCH (other
   * inputs, outputs or sizes than expected), HTTP_STATUS, UNAVAILABLE, RESOURCE_EXHAUSTED (from fetching), or the
   * signal's reason.
   */
  static async load(runtime: OnnxRuntime, options: OnnxRecommenderOptions): Promise<OnnxRecommender> {
    const numbers = numbered(options.items);
    const session = await load(runtime, options.user, "the user tower", ["items", "weights"], options);
    try {
      const direct = session.outputNames.includes("scores");
      if (!direct && !session.outputNames.includes("user")) {
        throw mismatch(`the user tower has the outputs ${session.outputNames.join(", ")}`, "Name one user or scores.");
      }
      const itemVectors = direct ? undefined : await vectorsOf(runtime, options);
      const model = new OnnxRecommender(runtime, numbers, session, itemVectors);
      await model.score([]); // a model of other sizes fails here and not in the middle of a stream
      options.signal?.throwIfAborted();
      return model;
    } catch (error) {
      await session.release?.();
      throw error;
    }
  }

  /**
   * How well each item suits a viewer with this history (oldest first), in the order of `items`; higher is better. One
   * call runs after the other. Rejects with INVALID_ARGUMENT (an unknown id, a weight that is 0 or not finite), MISMATCH
   * (the model answers with another number of scores, or one that is not finite), INTERNAL (the runtime fails), DISPOSED.
   */
  async score(history: readonly OnnxEngagement[]): Promise<Float32Array> {
    const feeds = this.#feedsOf(history); // before anything is awaited: the caller may go on to change it
    const scores = this.#last.then(() => this.#run(feeds));
    this.#last = scores.catch(() => {});
    return scores;
  }

  #feedsOf(history: readonly OnnxEngagement[]) {
    const feeds = { items: new BigInt64Array(history.length), weights: new Float32Array(history.length) };
    for (const [i, { item, weight = 1 }] of history.entries()) {
      const number = this.#numbers.get(item);
      if (number === undefined) {
        throw new SottoError("INVALID_ARGUMENT", `history[${i}].item is ${JSON.stringify(item)}, which is no item`, {
          hint: "Leave out what the model does not know, or load the model of this catalogue.",
        });
      }
      if (!Number.isFinite(weight) || weight === 0) {
        throw new SottoError("INVALID_ARGUMENT", `history[${i}].weight is ${weight}`, {
          hint: "It must be finite and not 0.",
        });
      }
      feeds.items[i] = BigInt(number);
      feeds.weights[i] = weight;
    }
    return feeds;
  }

  async #run({ items, weights }: { items: BigInt64Array; weights: Float32Array }): Promise<Float32Array> {
    const session = this.#session;
    if (!session) throw new SottoError("DISPOSED", "the model was disposed of");
    const { Tensor } = this.#runtime;
    const output = await run(session, "the user tower", {
      items: new Tensor("int64", items, [items.length]),
      weights: new Tensor("float32", weights, [weights.length]),
    });
    const scores = this.#itemVectors
      ? products(floats(output.user, "the user tower's user"), this.#itemVectors, this.items.length)
      : Float32Array.from(floats(output.scores, "the user tower's scores"));
    if (scores.length !== this.items.length) {
      throw mismatch(`the model gives ${scores.length} scores, there are ${this.items.length} items`, sameModel);
    }
    if (!scores.every(Number.isFinite)) {
      throw mismatch("the model gives a score that is not finite", "Check how it was trained and exported.");
    }
    return scores;
  }

  /** Releases the runtime's session, after the calls that are under way. */
  async dispose(): Promise<void> {
    await this.#last;
    const session = this.#session;
    this.#session = undefined;
    await session?.release?.();
  }

  [asyncDisposeSymbol](): Promise<void> {
    return this.dispose();
  }
}

const sameModel = "Take the items and the models from one export.";
const mismatch = (message: string, hint: string) => new SottoError("MISMATCH", message, { hint });

function numbered(items: readonly string[]): Map<string, number> {
  const numbers = new Map(items.map((id, number) => [id, number]));
  if (items.length === 0) throw new SottoError("INVALID_ARGUMENT", "items is empty", { hint: "Send the model's ids." });
  if (numbers.size !== items.length) {
    const repeated = items.find((id, number) => numbers.get(id) !== number);
    throw new SottoError("INVALID_ARGUMENT", `items has ${JSON.stringify(repeated)} more than once`);
  }
  return numbers;
}

async function run(session: OnnxSession, what: string, feeds: Record<string, OnnxTensor>) {
  try {
    return await session.run(feeds);
  } catch (cause) {
    throw new SottoError("INTERNAL", `${what} failed: ${(cause as Error)?.message ?? cause}`, {
      hint: "Its inputs must be items (int64 [n]) and weights (float32 [n]), with n from 0.",
      cause,
    });
  }
}

function floats(tensor: OnnxTensor | undefined, what: string): Float32Array {
  if (tensor?.data instanceof Float32Array) return tensor.data;
  throw mismatch(`${what} is ${tensor ? "not of float32" : "missing"}`, "Export the model in single precision.");
}

async function vectorsOf(runtime: OnnxRuntime, options: OnnxRecommenderOptions): Promise<ItemVectors> {
  const { items, itemTower, itemVectors } = options;
  if ((itemTower === undefined) === (itemVectors === undefined)) {
    throw new SottoError(
      "INVALID_ARGUMENT",
      `there is ${itemTower ? "more than one source" : "no source"} of vectors`,
      {
        hint: "Send either itemTower or itemVectors, or a user model with the output scores.",
      },
    );
  }
  const made = itemTower === undefined ? itemVectors : await towerVectors(runtime, itemTower, options);
  const { vectors, bias } = made as ItemVectors;
  if (vectors.length === 0 || vectors.length % items.length !== 0) {
    throw mismatch(`the vectors have ${vectors.length} numbers, which is no multiple of ${items.length}`, sameModel);
  }
  if (bias && bias.length !== items.length) {
    throw mismatch(`there are ${bias.length} numbers in bias for ${items.length} items`, sameModel);
  }
  return { vectors, bias };
}

/** The vectors of all items. The model is released: it is needed once. */
async function towerVectors(runtime: OnnxRuntime, source: Source, options: OnnxRecommenderOptions) {
  const session = await load(runtime, source, "the item tower", ["items"], options);
  try {
    const numbers = BigInt64Array.from(options.items, (_, number) => BigInt(number));
    const output = await run(session, "the item tower", {
      items: new runtime.Tensor("int64", numbers, [numbers.length]),
    });
    return {
      vectors: Float32Array.from(floats(output.vectors, "the item tower's vectors")),
      bias: output.bias && Float32Array.from(floats(output.bias, "the item tower's bias")),
    };
  } finally {
    await session.release?.();
  }
}

/** The inner product of `user` with each item's vector, plus the item's bias. */
function products(user: Float32Array, { vectors, bias }: ItemVectors, items: number): Float32Array {
  if (user.length * items !== vectors.length) {
    throw mismatch(`user has ${user.length} numbers, an item's vector ${vectors.length / items}`, sameModel);
  }
  const scores = new Float32Array(items);
  for (let item = 0, at = 0; item < items; ++item) {
    let sum = bias?.[item] ?? 0;
    for (const number of user) sum += number * (vectors[at++] as number);
    scores[item] = sum;
  }
  return scores;
}
