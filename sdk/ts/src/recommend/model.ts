import { unwrap } from "../core/answer.js";
import { Handle } from "../core/handle.js";
import type { Model as RawModel } from "./module.js";

/** A recommender's model from its file, of any kind. */
export class Model extends Handle<RawModel> {
  /** "ease", "two-tower", ... */
  get kind(): string {
    return this.raw.kind;
  }

  get version(): string {
    return this.raw.version;
  }

  /** The version of the catalogue that it was fitted for; "": of any that has its items. */
  get catalogue(): string {
    return this.raw.catalogue;
  }

  /** Ids by the model's numbers. */
  get items(): string[] {
    return this.raw.items();
  }

  /** One score for each item, higher is better. `history`: the model's numbers with weights, oldest first. */
  score(history: readonly { item: number; weight: number }[]): Float32Array {
    return unwrap(
      this.raw.score(
        Uint32Array.from(history, ({ item }) => item),
        Float32Array.from(history, ({ weight }) => weight),
      ),
    );
  }
}
