// A text with the stretches marked that spoke for a label and against it: the heavier, the deeper.

import type { Explanation } from "@sotto/live";
import { h } from "../dom.js";
import { formatSigned } from "../format.js";

/** Tints from faint to deep; the classes `w1` to `w4` of the style sheet. */
const kDepths = 4;
/** Of the heaviest: what weighs less is not marked. */
const kFaint = 0.05;

/** The text in pieces, and whether any of it is marked. */
export function markEvidence(
  text: string,
  { evidence }: Pick<Explanation, "evidence">,
): { pieces: (Node | string)[]; marked: boolean } {
  const heaviest = Math.max(0, ...evidence.map((e) => Math.abs(e.weight)));
  const pieces: (Node | string)[] = [];
  let from = 0;
  for (const { begin, end, weight } of evidence) {
    if (heaviest === 0 || Math.abs(weight) < heaviest * kFaint) continue;
    pieces.push(text.slice(from, begin));
    const depth = Math.max(1, Math.ceil((Math.abs(weight) / heaviest) * kDepths));
    const mark = h("mark", { class: `${weight > 0 ? "for" : "against"} w${depth}` }, text.slice(begin, end));
    mark.title = formatSigned(weight);
    pieces.push(mark);
    from = end;
  }
  pieces.push(text.slice(from));
  return { pieces, marked: heaviest > 0 };
}
