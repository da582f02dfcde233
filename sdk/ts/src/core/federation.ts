import { unwrap } from "./answer.js";
import { Handle } from "./handle.js";
import type { DiscreteGaussian as RawGaussian, Random as RawRandom } from "./module.js";

/** The part of a manifest's task that decides what an update is. */
export interface LocalTask {
  id: string;
  items: readonly string[];
  maxItems: number;
  sigmaSquaredNumerator: number;
  sigmaSquaredDenominator: number;
}

export class RandomBits extends Handle<RawRandom> {}

export class DiscreteGaussian extends Handle<RawGaussian> {
  sample(random: RandomBits): number {
    return unwrap(this.raw.sample(random.raw));
  }
}
