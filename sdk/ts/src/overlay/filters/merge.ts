// Comments of the same words become one, whose count grows. The viewer's own are never joined with others.
import type { RecordedText, TimedText } from "../model.js";

export interface MergedRecording {
  /** The comments that are shown, in their order. */
  kept: RecordedText[];
  /** From `at` on (seconds of media time) comment `id` stands for `count` comments. Ordered by `at`. */
  changes: { id: string; at: number; count: number }[];
  /** Ids of those that were counted at another. */
  merged: string[];
}

export class Merger {
  readonly #normalise: (text: string) => string;
  readonly #window: number;
  /** The comment that others of its words are counted at, oldest first. */
  readonly #first = new Map<string, { id: string; at: number }>();

  /** `window` in seconds, from the first comment on; 0: nothing is joined. */
  constructor(normalise: (text: string) => string, window: number) {
    this.#normalise = normalise;
    this.#window = window;
  }

  /** The id of the comment to count this one at; undefined if it stands for itself. `now` in seconds. */
  live(comment: Pick<TimedText, "id" | "text" | "own" | "mode">, now: number): string | undefined {
    if (comment.own || !this.#window) return undefined;
    for (const [key, { at }] of this.#first) {
      if (now >= at && now - at <= this.#window) break;
      this.#first.delete(key); // too old, or of a time that a seek has left
    }
    const key = `${comment.mode} ${this.#normalise(comment.text)}`;
    const first = this.#first.get(key);
    if (first && now >= first.at) return first.id;
    this.#first.delete(key); // so that the map stays in order
    this.#first.set(key, { id: comment.id, at: now });
    return undefined;
  }

  /** A comment that was dropped after all: nothing is counted at it any more. */
  forget(id: string): void {
    for (const [key, first] of this.#first) if (first.id === id) this.#first.delete(key);
  }

  clear(): void {
    this.#first.clear();
  }

  /** `recording` is in the order of its times. What was live before does not count. */
  recorded(recording: readonly RecordedText[]): MergedRecording {
    const joining = new Merger(this.#normalise, this.#window);
    const counts = new Map<string, number>();
    const result: MergedRecording = { kept: [], changes: [], merged: [] };
    for (const comment of recording) {
      const id = joining.live(comment, comment.enters);
      if (id === undefined) {
        result.kept.push(comment);
        continue;
      }
      const count = (counts.get(id) ?? 1) + 1;
      counts.set(id, count);
      result.changes.push({ id, at: comment.enters, count });
      result.merged.push(comment.id);
    }
    return result;
  }
}
