// What the room says, all in all: how fast it speaks and whether that bursts, what it asks, what it talks about.

import type { CommentSummary } from "@sotto/live";
import { h } from "../dom.js";
import { formatNumber } from "../format.js";
import { icon } from "../icons.js";
import { bind, onLanguage, t } from "../language.js";
import type { Clock } from "./clock.js";
import { createKeywords } from "./keywords.js";
import { createQuestions } from "./questions.js";

export interface Pulse {
  readonly element: HTMLElement;
  show(summary: CommentSummary): void;
  /** What a burst that begins is about, if anybody knows. */
  setBurstKeyword(keyword: string | undefined): void;
  /** Called with a question that the viewer would ask, too. */
  onAsk(ask: (question: string) => void): void;
}

export function createPulse(clock: Clock): Pulse {
  const questions = createQuestions(clock);
  const keywords = createKeywords();
  const rate = h("span", { class: "figure", "data-testid": "rate" });
  const burstText = h("span");
  const burst = h("span", { class: "burst", "data-testid": "burst" }, icon("burst"), burstText);
  const counted = h("p", { class: "note figure" });
  const element = h(
    "section",
    { class: "panel pulse", "aria-labelledby": "pulse-title", "data-testid": "pulse" },
    h(
      "div",
      { class: "pulse-head" },
      bind(h("h2", { id: "pulse-title" }), (texts) => texts.pulse.title),
      h("p", { class: "pulse-rate" }, burst, rate),
    ),
    h("div", { class: "pulse-parts" }, questions.element, keywords.element),
    counted,
  );

  let summary: CommentSummary | null = null;
  let keyword: string | undefined;
  const render = () => {
    const texts = t().pulse;
    rate.textContent = texts.rate(formatNumber(summary?.rate ?? 0, 1));
    const going = summary?.burst;
    burst.classList.toggle("on", going !== undefined);
    if (going) {
      burstText.textContent = keyword ? texts.burstAbout(keyword) : texts.burst;
      burst.title = texts.burstPeak(clock(going.since), formatNumber(going.peak, 1));
    }
    burst.setAttribute("aria-hidden", String(going === undefined));
    counted.textContent = texts.counted(summary?.comments ?? 0, summary?.leftOut ?? 0);
  };
  onLanguage(render);

  return {
    element,
    show(next) {
      summary = next;
      questions.show(next.questions);
      keywords.show(next.keywords);
      render();
    },
    setBurstKeyword(next) {
      keyword = next;
      render();
    },
    onAsk: questions.onAsk,
  };
}
