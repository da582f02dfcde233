import type { Explanation, Sentiment } from "../types.js";
import { unwrap } from "./answer.js";
import { Handle } from "./handle.js";
import type { SentimentModel as Raw } from "./module.js";
import { wellFormed } from "./text.js";

export class SentimentModel extends Handle<Raw> {
  get version(): string {
    return this.raw.version;
  }

  /** Throws RESOURCE_EXHAUSTED above 64 KiB of UTF-8. */
  classify(text: string): Sentiment {
    return unwrap(this.raw.classify(wellFormed(text)));
  }

  explain(text: string): Explanation {
    return unwrap(this.raw.explain(wellFormed(text)));
  }
}
