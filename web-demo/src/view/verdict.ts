// A verdict in the page's words.

import type { HeadName, Verdict } from "@sotto/live";
import { t } from "../language.js";

/** What a head says, such as "praise" or "shipping", whether it is sure of it or not. */
export function headLabel(head: HeadName, verdict: Verdict): string {
  const { labels } = t().judgement;
  switch (head) {
    case "sentiment":
      return labels.sentiment[verdict.sentiment.label];
    case "emotion":
      return labels.emotion[verdict.emotion.label];
    case "intent":
      return labels.intent[verdict.intent.label];
    case "toxicity":
      return labels.toxicity[verdict.toxicity.label];
    case "language":
      return labels.language[verdict.language.label];
  }
}

/** Intents that a host would want to see at a glance; the others say no more than the sentiment does. */
const kPlain = new Set(["praise", "greeting", "chatter"]);

/** The few words at the side of a comment: what it wants, or what is wrong with it; "" if there is nothing to say. */
export function tagOf(verdict: Verdict): string {
  if (isToxic(verdict)) return headLabel("toxicity", verdict);
  const { label, abstains } = verdict.intent;
  return abstains || kPlain.has(label) ? "" : headLabel("intent", verdict);
}

export function isToxic({ toxicity }: Verdict): boolean {
  return toxicity.label !== "none" && !toxicity.abstains;
}
