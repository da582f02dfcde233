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
import { exportComments, heatmap, importComments } from "./formats.js";
import { ParsedManifest } from "./manifest.js";
import type { MainModule } from "./module.js";
import { Planner, type PlannerOptions } from "./planner.js";
import { wellFormed } from "./text.js";
import type { Heads } from "./verdict.js";

export type { CommentSummary, CoreError, Explanation, PlannerOptions, RoomEvent, Verdict };
export { CommentModel, CommentRoom, ParsedManifest, Planner };

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
}
