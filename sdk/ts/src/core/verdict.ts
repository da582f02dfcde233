import type { Verdict } from "../types.js";

/** The heads of the model and their labels, in the core's order. */
export type Heads = readonly { readonly name: string; readonly labels: readonly string[] }[];

/** The `index`-th verdict of many: for each head the place of its label, confidence, abstains (1 or 0); last the score. */
export function verdictAt(heads: Heads, numbers: Float32Array, index: number): Verdict {
  let place = index * (3 * heads.length + 1);
  const next = () => numbers[place++] as number;
  const choices = heads.map(({ name, labels }) => [
    name,
    { label: labels[next()], confidence: next(), abstains: next() > 0 },
  ]);
  const verdict = Object.fromEntries(choices);
  verdict.sentiment.score = next();
  return verdict;
}
