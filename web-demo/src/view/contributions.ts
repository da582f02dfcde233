// Why a product stands where it does: what each thing that this device knows adds to the odds of a tap, or takes away.

import type { Recommendation } from "@sotto/live";
import { h } from "../dom.js";
import { formatNumber, formatSigned } from "../format.js";
import { t } from "../language.js";

export interface Contributions {
  readonly element: HTMLElement;
  show(recommendation: Recommendation | undefined): void;
}

/** Less than this, in logits, changes no order. */
const kSome = 0.01;
const kMost = 6;

export function createContributions(): Contributions {
  const score = h("p", { class: "note" });
  const list = h("dl", { class: "contributions" });
  const local = h("p", { class: "note" });
  const title = h("h3");
  const element = h("section", { class: "why-here", "data-testid": "why-here" }, title, score, list, local);
  return {
    element,
    show(recommendation) {
      element.hidden = !recommendation;
      if (!recommendation) return;
      const texts = t().menu;
      title.textContent = texts.whyTitle;
      score.textContent = texts.odds(formatNumber(100 * recommendation.score, 1));
      local.textContent = texts.local;
      const names: Readonly<Record<string, string>> = texts.features;
      const parts = Object.entries(recommendation.contributions)
        .filter(([name, value]) => name in names && Math.abs(value) >= kSome)
        .sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
        .slice(0, kMost);
      const largest = Math.max(...parts.map(([, value]) => Math.abs(value)));
      list.replaceChildren(
        ...parts.flatMap(([name, value]) => {
          const bar = h("span", { class: value < 0 ? "part against" : "part" });
          bar.style.setProperty("--share", String(Math.abs(value) / largest));
          return [
            h("dt", {}, names[name]),
            h("dd", {}, h("span", { class: "part-track", "aria-hidden": "true" }, bar), formatSigned(value)),
          ];
        }),
      );
      list.hidden = parts.length === 0;
    },
  };
}
