// The overlay's planner. Times are microseconds of media time, sizes are device pixels. What each call does is said in
// sdk/cpp/sotto/overlay/planner.h.
import { unwrap } from "./answer.js";
import { Handle } from "./handle.js";
import type { PlannerBurst, PlannerOptions, PlannerPanel, Planner as Raw } from "./module.js";

export type { PlannerBurst, PlannerOptions, PlannerPanel };

/** Operations of a plan: eight integers each. */
export const Op = { clear: 1, raster: 2, blit: 3, sprite: 4, mask: 5, host: 6, effect: 7, panel: 8 } as const;
export const intsPerCommand = 8;

export const Mode = { scroll: 0, reverse: 1, top: 2, bottom: 3, free: 4 } as const;
export const Overlap = { never: 0, whenFull: 1, always: 2 } as const;
export const Entrance = { rise: 0, drop: 1, slide: 2 } as const;

export interface PlannerComment {
  id: number;
  width: number;
  at: number;
  own?: boolean;
  mode?: number;
  priority?: number;
  duration?: number;
  x?: number;
  y?: number;
  height?: number;
}

/** `reason`: 1 no lane, 2 full, 3 entry limit. */
export interface PlannerDrop {
  id: number;
  reason: number;
}

const flat = (comments: readonly PlannerComment[]) => {
  const fields = new Float64Array(comments.length * 10);
  comments.forEach(
    ({ id, width, at, own = false, mode = 0, priority = 0, duration = 0, x = 0, y = 0, height = 0 }, i) => {
      fields.set([id, width, at, Number(own), mode, priority, duration, x, y, height], i * 10);
    },
  );
  return fields;
};

const drops = (pairs: Uint32Array): PlannerDrop[] =>
  Array.from({ length: pairs.length / 2 }, (_, i) => ({
    id: pairs[2 * i] as number,
    reason: pairs[2 * i + 1] as number,
  }));

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

  get settled(): boolean {
    return this.raw.settled;
  }

  resize(options: PlannerOptions): void {
    unwrap(this.raw.resize(options));
  }

  push(comment: PlannerComment): void {
    unwrap(this.raw.push(flat([comment])));
  }

  loadRecording(comments: readonly PlannerComment[]): void {
    unwrap(this.raw.loadRecording(flat(comments)));
  }

  recordingDropped(): PlannerDrop[] {
    return drops(this.raw.recordingDropped());
  }

  setChanges(changes: readonly { at: number; id: number }[]): void {
    unwrap(
      this.raw.setChanges(
        Float64Array.from(changes, ({ at }) => at),
        Uint32Array.from(changes, ({ id }) => id),
      ),
    );
  }

  redraw(id: number): void {
    this.raw.redraw(id);
  }

  invalidate(): void {
    this.raw.invalidate();
  }

  setEntryLimit(perSecond: number): void {
    unwrap(this.raw.setEntryLimit(perSecond));
  }

  setRasterLimit(perPlan: number): void {
    unwrap(this.raw.setRasterLimit(perPlan));
  }

  /** False if it is not on screen. */
  hold(id: number): boolean {
    const answer = this.raw.hold(id);
    if (!answer.ok && answer.error.code === "NOT_FOUND") return false;
    unwrap(answer);
    return true;
  }

  release(): void {
    this.raw.release();
  }

  addPanel(panel: PlannerPanel): void {
    unwrap(this.raw.addPanel(panel));
  }

  removePanel(id: number): void {
    this.raw.removePanel(id);
  }

  addBurst(burst: PlannerBurst): void {
    unwrap(this.raw.addBurst(burst));
  }

  setHost(x: number, y: number, width: number, height: number): void {
    unwrap(this.raw.setHost(x, y, width, height));
  }

  setStillTop(y: number): void {
    unwrap(this.raw.setStillTop(y));
  }

  setMask(present: boolean): void {
    this.raw.setMask(present);
  }

  clear(): void {
    this.raw.clear();
  }

  /** The commands that lead to the frame at `now`. A view of the core's memory: read it before any other call. */
  plan(now: number): Int32Array {
    return unwrap(this.raw.plan(now));
  }

  takeDropped(): PlannerDrop[] {
    return drops(this.raw.takeDropped());
  }

  takeFinished(): Uint32Array {
    return this.raw.takeFinished();
  }

  /** The comment under a point at the last planned time. */
  pick(x: number, y: number): number | undefined {
    const answer = this.raw.pick(x, y);
    return !answer.ok && answer.error.code === "NOT_FOUND" ? undefined : unwrap(answer);
  }

  /** Five integers for each comment in view: id, x, y, width, height. */
  visibleComments(): Int32Array {
    return this.raw.visibleComments();
  }

  stats(): { admitted: number; dropped: number; waiting: number; visible: number } {
    return this.raw.stats();
  }
}
