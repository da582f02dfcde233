// Comments that arrive together are judged and reported together, so that a burst costs the page one message. They wait
// in the core; here are only those that somebody wants to see.
import type { CommentModel, CommentRoom, CoreError, RoomEvent } from "../core/core.js";
import type { LiveComment, Verdict } from "../types.js";

export interface JudgedComment {
  comment: LiveComment;
  verdict: Verdict;
}

export interface JudgeParts {
  room(): CommentRoom;
  model(): CommentModel;
  /** Does anybody want to know the verdicts? */
  listens(): boolean;
  report(comments: JudgedComment[]): void;
  noticed(events: RoomEvent[]): void;
  problem(error: CoreError): void;
}

/** Milliseconds between a comment's arrival and its report, at most. */
const batchDelay = 50;
const largestBatch = 200;

const seconds = (): number => performance.now() / 1000;

export class CommentJudge {
  readonly #parts: JudgeParts;
  /** Those in the core that are wanted, the oldest first. */
  #wanted: LiveComment[] = [];
  #waiting = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: JudgeParts) {
    this.#parts = parts;
  }

  /** A frame of the room. Throws what the core says of one that is none. */
  receive(frame: Uint8Array, wanted: number): Pick<ReturnType<CommentRoom["receive"]>, "comments" | "answers"> {
    const { comments, answers, waiting, problem } = this.#parts.room().receive(frame, wanted, seconds());
    if (problem) this.#parts.problem(problem);
    for (const comment of comments) this.#wanted.push(comment);
    if (waiting) this.#later(batchDelay);
    return { comments, answers };
  }

  /** The viewer's own. */
  add(comment: LiveComment): void {
    const { text, at, user } = comment;
    this.observe({ texts: [text], times: Float64Array.of(at), viewers: [user] }, at, true);
    this.#wanted.push(comment);
  }

  observe(comments: Parameters<CommentRoom["add"]>[0], programme: number, wanted = false): void {
    this.#later(batchDelay);
    this.#parts.room().add(comments, wanted, programme, seconds());
  }

  /** What the room says, once all that wait are judged. */
  async summary(): Promise<ReturnType<CommentRoom["summarise"]>> {
    while (this.#waiting) {
      this.#flush();
      await new Promise((resolve) => setTimeout(resolve));
    }
    const summary = this.#parts.room().summarise(seconds());
    this.#notice(this.#parts.room().takeEvents());
    return summary;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#waiting = false;
  }

  #later(milliseconds: number): void {
    this.#waiting = true;
    this.#timer ??= setTimeout(() => this.#flush(), milliseconds);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { room, model, listens, report, problem: tell } = this.#parts;
    const { verdicts, waiting, problem, events } = room().judge(model(), largestBatch);
    this.#waiting = false;
    if (waiting) this.#later(0);
    const comments = this.#wanted.splice(0, verdicts.length);
    if (listens()) {
      const judged = comments.flatMap((comment, index) => {
        const verdict = verdicts[index]?.();
        return verdict ? { comment, verdict } : [];
      });
      if (judged.length > 0) report(judged);
    }
    if (problem) tell(problem);
    this.#notice(events);
  }

  #notice(events: RoomEvent[]): void {
    if (events.length > 0) this.#parts.noticed(events);
  }
}
