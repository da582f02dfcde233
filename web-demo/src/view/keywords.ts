// What the room talks about, each with how many comments said it of late and whether that rises or falls.

import type { CommentSummary } from "@sotto/live";
import { type Direction, direction } from "../chart/trend.js";
import { h } from "../dom.js";
import { formatNumber } from "../format.js";
import { icon } from "../icons.js";
import { bind, onLanguage, t } from "../language.js";
import { reorder } from "./reorder.js";

type Keyword = CommentSummary["keywords"][number];

export interface Keywords {
  readonly element: HTMLElement;
  show(keywords: readonly Keyword[]): void;
}

const kShown = 12;
/** The order is looked at anew this often. Milliseconds. */
const kSettleMs = 4000;

interface Chip {
  readonly element: HTMLElement;
  render(keyword: Keyword, most: number): void;
}

export function createKeywords(): Keywords {
  const list = h("ul", { class: "keywords", "data-testid": "keywords" });
  bind(list, (texts) => texts.pulse.keywords, "aria-label");
  const empty = bind(h("p", { class: "note pulse-empty" }), (texts) => texts.pulse.noKeywords);
  const element = h(
    "div",
    { class: "pulse-part" },
    bind(h("h3"), (texts) => texts.pulse.keywords),
    h("div", { class: "keywords-room" }, list, empty),
  );

  let said: readonly Keyword[] = [];
  let order: string[] = [];
  let settled = Number.NEGATIVE_INFINITY;
  const chips = new Map<string, Chip>();
  const render = () => {
    const byText = new Map(said.map((keyword) => [keyword.text, keyword]));
    if (order.length < kShown || performance.now() - settled >= kSettleMs) {
      settled = performance.now();
      const top = said.slice(0, kShown).map(({ text }) => text);
      // Those that stay keep their places, so that only what is new moves anything.
      order = [...order.filter((text) => top.includes(text)), ...top.filter((text) => !order.includes(text))];
    }
    const shown = order.flatMap((text) => byText.get(text) ?? []);
    const most = Math.max(1, ...shown.map(({ count }) => count));
    const items = shown.map((keyword) => {
      let chip = chips.get(keyword.text);
      if (!chip) {
        chip = createChip(keyword.text);
        chips.set(keyword.text, chip);
      }
      chip.render(keyword, most);
      return chip.element;
    });
    reorder(list, items);
    for (const text of chips.keys()) if (!order.includes(text)) chips.delete(text);
    empty.hidden = items.length > 0;
  };
  onLanguage(render);

  return {
    element,
    show(keywords) {
      said = keywords;
      render();
    },
  };
}

function createChip(text: string): Chip {
  const count = h("span", { class: "keyword-count figure" });
  const arrow = h("span", { class: "keyword-trend" });
  const words = h("span", { class: "sr-only" });
  const element = h("li", { class: "keyword", "data-testid": "keyword" }, text, count, arrow, words);
  let shown: Direction | null = null;
  return {
    element,
    render(keyword, most) {
      const texts = t().pulse;
      const way = direction(keyword.trend);
      const number = formatNumber(keyword.count);
      if (count.textContent !== number) count.textContent = number;
      element.dataset.weight = String(Math.max(1, Math.min(4, Math.ceil((4 * keyword.count) / most))));
      words.textContent = texts.keyword(number, texts.trends[way]);
      element.title = `${text}: ${words.textContent}`;
      if (way === shown) return;
      shown = way;
      element.dataset.trend = way;
      arrow.replaceChildren(...(way === "steady" ? [] : [icon(way === "rising" ? "rise" : "fall")]));
    },
  };
}
