// A comment's text with the stretches that carried its verdict marked: the heavier, the deeper.

import type { Explanation } from "@sotto/live";
import { h } from "../dom.js";
import { formatNumber, formatSigned } from "../format.js";
import { t } from "../language.js";

/** Tints from faint to deep; the classes `w1` to `w4` of the style sheet. */
const kDepths = 4;

export function renderEvidence(text: string, explanation: Explanation): HTMLElement {
  const heaviest = Math.max(0, ...explanation.evidence.map((e) => Math.abs(e.weight)));
  const line = h("p", { class: "evidence-text" });
  let from = 0;
  for (const { begin, end, weight } of explanation.evidence) {
    if (heaviest === 0 || Math.abs(weight) < heaviest * 0.05) continue;
    line.append(text.slice(from, begin));
    const depth = Math.max(1, Math.ceil((Math.abs(weight) / heaviest) * kDepths));
    const mark = h("mark", { class: `${weight > 0 ? "positive" : "negative"} w${depth}` }, text.slice(begin, end));
    mark.title = formatSigned(weight);
    line.append(mark);
    from = end;
  }
  line.append(text.slice(from));
  const { score, confidence } = explanation.sentiment;
  const verdict = t().chat.verdict[explanation.sentiment.label];
  return h(
    "div",
    { class: "evidence", "data-testid": "evidence" },
    line,
    h("p", { class: "note" }, t().chat.score(verdict, formatSigned(score), `${formatNumber(confidence * 100)}%`)),
    h("p", { class: "note" }, heaviest === 0 ? t().chat.noEvidence : t().chat.legend),
  );
}
