// The core, typed. Failures are SottoErrors; objects are freed by dispose().
import { SottoError } from "../errors.js";
import type {
  CommentFormat,
  CommentSummary,
  Explanation,
  Heatmap,
  HeatmapOptions,
  ImportedComments,
  RecordedComment,
  Verdict,
} from "../types.js";
import { unwrap } from "./answer.js";
import { CommentModel } from "./comment-model.js";
import { CommentRoom, type CoreError, type RoomEvent } from "./comment-room.js";
import { DiscreteGaussian, type LocalTask, RandomBits } from "./federation.js";
import { exportComments, heatmap, importComments } from "./formats.js";
import { ParsedManifest } from "./manifest.js";
import type { MainModule } from "./module.js";
import { Planner, type PlannerOptions } from "./planner.js";
import { wellFormed } from "./text.js";
import type { Heads } from "./verdict.js";

export type { CommentSummary, CoreError, Explanation, LocalTask, PlannerOptions, RoomEvent, Verdict };
export { CommentModel, CommentRoom, DiscreteGaussian, ParsedManifest, Planner, RandomBits };

export interface NormalisedText {
  /** Emoji whose polarity is known stand as one representative each. */
  text: string;
  /** Unicode scalar values, and tokens above U+10FFFF. */
  symbols: Uint32Array;
  /** symbols[i] came from the UTF-16 units [begin[i], end[i]). */
  begin: Uint32Array;
  end: Uint32Array;
}

export class Core {
  readonly #module: MainModule;
  /** The heads of comment models and their labels, in the model's order. */
  readonly commentHeads: Heads;

  /** @internal */
  constructor(module: MainModule) {
    this.#module = module;
    this.commentHeads = module.commentHeads();
  }

  get buildId(): string {
    return this.#module.buildId();
  }

  /** How much memory this core holds. It grows as needed and does not shrink. */
  get memoryBytes(): number {
    return this.#module.HEAPU8.length;
  }

  normalise(text: string): NormalisedText {
    return unwrap(this.#module.normalise(wellFormed(text)));
  }

  /** Hash, first symbol and number of symbols of each n-gram of the normalised text, flat. 1 <= minN <= maxN <= 4. */
  hashNgrams(text: string, minN: number, maxN: number): Uint32Array {
    if (!(minN >= 1 && minN <= maxN && maxN <= 4)) {
      throw new SottoError("INVALID_ARGUMENT", `n-grams of ${minN} to ${maxN} symbols`, {
        hint: "1 to 4 are allowed.",
      });
    }
    return unwrap(this.#module.hashNgrams(wellFormed(text), minN, maxN));
  }

  /** models/comments.bin. */
  loadCommentModel(file: Uint8Array): CommentModel {
    return new CommentModel(unwrap(this.#module.CommentModel.load(file)), this.commentHeads);
  }

  createCommentRoom(): CommentRoom {
    return new CommentRoom(this.#module.CommentRoom.create() as never, this.commentHeads);
  }

  createPlanner(options: PlannerOptions): Planner {
    return new Planner(unwrap(this.#module.Planner.create(options)));
  }

  /** What a recommender knows a title by: the hash of each n-gram of 1 to 3 symbols once, ascending. */
  titleNgrams(title: string): Uint32Array {
    return unwrap(this.#module.distinctHashes(wellFormed(title), 1, 3));
  }

  parseManifest(json: string): ParsedManifest {
    return new ParsedManifest(unwrap(this.#module.Manifest.parse(wellFormed(json))));
  }

  /** Milliseconds since 1970. */
  parseRfc3339(text: string): number {
    return unwrap(this.#module.parseRfc3339(wellFormed(text)));
  }

  /** `format` by the content if it is not given. See docs/recordings.md. */
  importComments(file: string | Uint8Array | ArrayBuffer, format?: CommentFormat): ImportedComments {
    return importComments(this.#module, file, format);
  }

  /** Throws INVALID_ARGUMENT if one of the comments cannot be written. */
  exportComments(comments: readonly RecordedComment[], format: "sotto" | "ass"): string {
    return exportComments(this.#module, comments, format);
  }

  heatmap(comments: readonly { at: number }[], options: HeatmapOptions): Heatmap {
    return heatmap(this.#module, comments, options);
  }

  epsilonOfZcdp(rho: number, delta: number): number {
    return unwrap(this.#module.epsilonOfZcdp(rho, delta));
  }

  /** rho * 1,000,000, rounded up. */
  toMicroRho(rho: number): number {
    return unwrap(this.#module.toMicroRho(rho));
  }

  /** What is spent after `cost`; all in micro-rho. Throws BUDGET_EXCEEDED and spends nothing above `limit`. */
  spendBudget(limit: number, spent: number, cost: number): number {
    return unwrap(this.#module.spendBudget(limit, spent, cost));
  }

  /** The operating system's randomness. */
  osRandom(): RandomBits {
    return new RandomBits(this.#module.Random.os());
  }

  /** The same bits for the same seed (two 32-bit halves). For tests and simulations, never for privacy. */
  seededRandom(low: number, high = 0): RandomBits {
    return new RandomBits(this.#module.Random.seeded(low, high));
  }

  discreteGaussian(numerator: number, denominator: number): DiscreteGaussian {
    return new DiscreteGaussian(unwrap(this.#module.DiscreteGaussian.create(numerator, denominator)));
  }

  /** rho of one contribution. */
  taskRho(task: LocalTask): number {
    return unwrap(this.#module.taskRho(task));
  }

  /** rho of one contribution in micro-rho, exact and rounded up: what a budget spends. */
  taskMicroRho(task: LocalTask): number {
    return unwrap(this.#module.taskMicroRho(task));
  }

  /** The most that an entry of an update may be off zero. */
  entryBound(task: LocalTask): number {
    return unwrap(this.#module.entryBound(task));
  }

  /** An update as it is sent, noise included. `engaged` are indices into task.items, each once. */
  makeLocalUpdate(task: LocalTask, engaged: readonly number[], random: RandomBits): Uint8Array {
    return unwrap(this.#module.makeLocalUpdate(task, Uint32Array.from(engaged), random.raw));
  }

  /** The noisy entries of an update: the upper triangle of the items' pairs, row by row, diagonal first. */
  decodeUpdate(task: LocalTask, update: Uint8Array): Int16Array {
    return unwrap(this.#module.decodeUpdate(task, update));
  }
}
