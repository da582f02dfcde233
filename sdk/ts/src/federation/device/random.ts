import { unwrap } from "../../core/answer.js";
import { Handle } from "../../core/handle.js";
import type { DiscreteGaussian as RawGaussian, Random as RawRandom } from "./module.js";

export class RandomBits extends Handle<RawRandom> {}

export class DiscreteGaussian extends Handle<RawGaussian> {
  sample(random: RandomBits): number {
    return unwrap(this.raw.sample(random.raw));
  }
}
