// The overlay's planner. Times are microseconds of media time, sizes are device pixels.
import { unwrap } from "./answer.js";
import { Handle } from "./handle.js";
import type { PlannerCard, PlannerOptions, Planner as Raw } from "./module.js";

export type { PlannerCard, PlannerOptions };

/** Operations of a plan: eight integers each, named in sdk/cpp/sotto/overlay/planner.h. */
export const Op = { clear: 1, raster: 2, blit: 3, sprite: 4, mask: 5, host: 6, panel: 7, effect: 8 } as const;
export const intsPerCommand = 8;

export interface PlannerComment {
  id: number;
  width: number;
  at: number;
  own: boolean;
}

export class Planner extends Handle<Raw> {
  get lanes(): number {
    return this.raw.lanes;
  }

  get stripWidth(): number {
    return this.raw.stripWidth;
  }

  get stripHeight(): number {
    return this.raw.stripHeight;
  }

  resize(options: PlannerOptions): void {
    unwrap(this.raw.resize(options));
  }

  push({ id, width, at, own }: PlannerComment): void {
    unwrap(this.raw.push(id, width, at, own));
  }

  loadRecording(comments: readonly PlannerComment[]): void {
    unwrap(
      this.raw.loadRecording(
        Uint32Array.from(comments, (comment) => comment.id),
        Int32Array.from(comments, (comment) => comment.width),
        Float64Array.from(comments, (comment) => comment.at),
        Uint8Array.from(comments, (comment) => Number(comment.own)),
      ),
    );
  }

  addCard(card: PlannerCard): void {
    unwrap(this.raw.addCard(card));
  }

  removeCard(id: number): void {
    this.raw.removeCard(id);
  }

  clear(): void {
    this.raw.clear();
  }

  /** The commands that lead to the frame at `now`. A view of the core's memory: read it before any other call. */
  plan(now: number): Int32Array {
    return unwrap(this.raw.plan(now));
  }

  takeDropped(): Uint32Array {
    return this.raw.takeDropped();
  }

  takeFinished(): Uint32Array {
    return this.raw.takeFinished();
  }

  /** The comment under a point at the last planned time. */
  pick(x: number, y: number): number | undefined {
    const answer = this.raw.pick(x, y);
    return !answer.ok && answer.error.code === "NOT_FOUND" ? undefined : unwrap(answer);
  }

  stats(): { admitted: number; dropped: number; waiting: number; visible: number } {
    return this.raw.stats();
  }
}
