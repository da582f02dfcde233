import { Handle } from "../core/handle.js";
import type { HeadTuner as RawTuner } from "./module.js";

/** Tunes a two-tower network's head to one viewer, by small steps. */
export class HeadTuner extends Handle<RawTuner> {
  step(steps = 1): void {
    this.raw.step(steps);
  }

  /** Mean cross-entropy of the examples, and what holds the head where it began. */
  get loss(): number {
    return this.raw.loss();
  }

  /** For Recommender.withHead. */
  get head(): Float32Array {
    return this.raw.head();
  }
}
