// Comments that arrive together are judged and reported together, so that a burst costs the page one message.
import type { SentimentModel } from "../core/core.js";
import { SottoError } from "../errors.js";
import type { LiveComment, Sentiment } from "../types.js";

export interface JudgedComment {
  comment: LiveComment;
  sentiment: Sentiment;
}

/** Milliseconds between a comment's arrival and its report, at most. */
const batchDelay = 50;
const largestBatch = 200;

export class CommentJudge {
  readonly #model: () => SentimentModel;
  readonly #report: (comments: JudgedComment[]) => void;
  readonly #problem: (error: unknown) => void;
  #queue: LiveComment[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    model: () => SentimentModel,
    report: (comments: JudgedComment[]) => void,
    problem: (error: unknown) => void,
  ) {
    this.#model = model;
    this.#report = report;
    this.#problem = problem;
  }

  add(comment: LiveComment): void {
    this.#queue.push(comment);
    this.#timer ??= setTimeout(() => this.#flush(), batchDelay);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#queue = [];
  }

  #flush(): void {
    this.#timer = undefined;
    const batch = this.#queue.splice(0, largestBatch);
    if (this.#queue.length > 0) this.#timer = setTimeout(() => this.#flush(), 0);
    const judged: JudgedComment[] = [];
    for (const comment of batch) {
      try {
        judged.push({ comment, sentiment: this.#model().classify(comment.text) });
      } catch (error) {
        if (!(error instanceof SottoError)) throw error;
        this.#problem(error);
      }
    }
    if (judged.length > 0) this.#report(judged);
  }
}
