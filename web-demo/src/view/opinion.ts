// What the room says of one product: the share of praise among the opinions, as a mark within its 95 % interval, and how
// many comments named it. Keeps its room where there is nothing to say.

import type { CommentSummary } from "@sotto/live";
import { h } from "../dom.js";
import { formatNumber, formatSigned } from "../format.js";
import { onLanguage, t } from "../language.js";

export type ProductOpinion = CommentSummary["products"][number];

export interface Opinion {
  readonly element: HTMLElement;
  show(opinion: ProductOpinion | undefined): void;
}

/** Decayed comments: less than this is an opinion that has faded away. */
const kSome = 0.2;

const percent = (share: number) => formatNumber(100 * share);
const place = (share: number) => `${100 * share}%`;

/** `full` says all of it in words, for one product close up. */
export function createOpinion({ full = false } = {}): Opinion {
  const interval = h("span", { class: "opinion-interval" });
  const mark = h("span", { class: "opinion-mark" });
  const track = h("span", { class: "opinion-track", "aria-hidden": "true" }, interval, mark);
  const said = h("span", { class: "opinion-text figure", "aria-hidden": "true" });
  const words = h("span", { class: full ? "note" : "sr-only" });
  const element = h("div", { class: full ? "opinion full" : "opinion", "data-testid": "opinion" }, track, said, words);

  let shown: ProductOpinion | undefined;
  const render = () => {
    const texts = t().opinion;
    const mentions = shown?.mentions ?? 0;
    const opinions = (shown?.positive ?? 0) + (shown?.negative ?? 0);
    element.classList.toggle("silent", mentions === 0);
    track.classList.toggle("undecided", opinions < kSome);
    said.textContent = texts.mentions(mentions);
    if (!shown || mentions === 0) {
      words.textContent = full ? texts.silent : "";
      return;
    }
    if (opinions < kSome) {
      words.textContent = texts.neutral(mentions);
      return;
    }
    const share = shown.positive / opinions;
    interval.style.left = place(shown.low);
    interval.style.right = place(1 - shown.high);
    mark.style.left = place(share);
    element.dataset.tone = shown.low > 0.5 ? "positive" : shown.high < 0.5 ? "negative" : "even";
    words.textContent = texts.share(
      percent(share),
      percent(shown.low),
      percent(shown.high),
      mentions,
      formatSigned(shown.mean),
    );
    if (!full) element.title = words.textContent;
  };
  onLanguage(render);

  return {
    element,
    show(opinion) {
      shown = opinion;
      render();
    },
  };
}
