import type { Explanation, Thresholds, Verdict } from "../types.js";
import { unwrap } from "./answer.js";
import { Handle } from "./handle.js";
import type { CommentModel as Raw } from "./module.js";
import { wellFormed } from "./text.js";
import { type Heads, verdictAt } from "./verdict.js";

export class CommentModel extends Handle<Raw> {
  readonly #heads: Heads;

  /** @internal */
  constructor(raw: Raw, heads: Heads) {
    super(raw);
    this.#heads = heads;
  }

  get version(): string {
    return this.raw.version;
  }

  /** Throws RESOURCE_EXHAUSTED above 64 KiB of UTF-8. */
  classify(text: string): Verdict {
    return verdictAt(this.#heads, unwrap(this.raw.classify(wellFormed(text))), 0);
  }

  /** The same for many, in their order. */
  classifyMany(texts: readonly string[]): Verdict[] {
    const numbers = unwrap(this.raw.classifyMany(texts.map(wellFormed)));
    return texts.map((_, index) => verdictAt(this.#heads, numbers, index));
  }

  /** What speaks for a label of a head and against it; by default that of the sentiment's verdict. */
  explain(text: string, { head = "", label = "" }: { head?: string; label?: string } = {}): Explanation {
    const explained = unwrap(this.raw.explain(wellFormed(text), head, label));
    return { ...explained, verdict: verdictAt(this.#heads, explained.verdict, 0) } as Explanation;
  }

  /** What is not given is the model's own. Throws INVALID_ARGUMENT, and changes nothing, for one beyond 0 to 1. */
  setThresholds(thresholds: Thresholds): void {
    unwrap(this.raw.setThresholds(thresholds));
  }
}
