// Why a comment was judged as it was: the five heads, each with its label and how sure it is, and in the text what spoke
// for the label of the head that is chosen. The heads are tabs: the arrow keys choose.

import type { Explanation, HeadName, Verdict } from "@sotto/live";
import { h } from "../dom.js";
import { formatNumber } from "../format.js";
import { t } from "../language.js";
import { markEvidence } from "./evidence.js";
import { headLabel } from "./verdict.js";

export type Explain = (text: string, of?: { head?: HeadName; label?: string }) => Promise<Explanation>;

export interface Judgement {
  readonly element: HTMLElement;
  show(text: string, verdict: Verdict): void;
  /** To the head that is chosen. */
  focus(): void;
}

/** The language is judged as well, but by single letters: there is little to see in the text. */
const kTabs = ["sentiment", "intent", "toxicity", "emotion"] as const;
type Tab = (typeof kTabs)[number];

let judgements = 0;
/** Stays from comment to comment, so that one can walk the list with the same question in mind. */
let chosen: Tab = "sentiment";

interface HeadRow {
  readonly element: HTMLElement;
  render(verdict: Verdict): void;
}

function createHeadRow(head: HeadName, element: HTMLElement): HeadRow {
  const name = h("span", { class: "head-name" });
  const label = h("span", { class: "head-label" });
  const fill = h("span", { class: "head-fill" });
  const share = h("span", { class: "head-share figure" });
  element.append(name, label, h("span", { class: "head-bar", "aria-hidden": "true" }, fill), share);
  element.dataset.head = head;
  return {
    element,
    render(verdict) {
      const texts = t().judgement;
      const { confidence, abstains } = verdict[head];
      const said = headLabel(head, verdict);
      name.textContent = texts.heads[head];
      label.textContent = abstains ? texts.unsure : said;
      label.title = abstains ? texts.likeliest(said) : "";
      share.textContent = `${formatNumber(100 * confidence)}%`;
      fill.style.width = `${100 * confidence}%`;
      element.classList.toggle("unsure", abstains);
      element.dataset.tone = toneOf(head, verdict);
    },
  };
}

/** Which colour the evidence for a head's label has. */
function toneOf(head: HeadName, verdict: Verdict): "positive" | "negative" | "other" {
  if (head === "sentiment" && verdict.sentiment.label !== "neutral") return verdict.sentiment.label;
  if (head === "toxicity") return verdict.toxicity.label === "none" ? "positive" : "negative";
  return "other";
}

export function createJudgement(explain: Explain): Judgement {
  const id = `judgement-${++judgements}`;
  const line = h("p", { class: "evidence-text", lang: "" });
  const legend = h("p", { class: "note evidence-legend" });
  const panel = h(
    "div",
    { class: "evidence", id: `${id}-panel`, role: "tabpanel", "data-testid": "evidence" },
    line,
    legend,
  );
  const tabs = new Map<Tab, HTMLButtonElement>();
  const rows: HeadRow[] = [];
  const tabList = h("div", { class: "heads", role: "tablist", "aria-orientation": "vertical" });
  for (const head of kTabs) {
    const tab = h("button", {
      type: "button",
      role: "tab",
      id: `${id}-${head}`,
      class: "head",
      "aria-controls": `${id}-panel`,
      "data-testid": `head-${head}`,
    });
    tab.addEventListener("click", () => choose(head));
    tabs.set(head, tab);
    rows.push(createHeadRow(head, tab));
    tabList.append(tab);
  }
  const language = h("p", { class: "head" });
  rows.push(createHeadRow("language", language));
  const element = h("div", { class: "judgement" }, panel, tabList, language);

  let text = "";
  let verdict: Verdict | null = null;
  let turn = 0;

  const renderTabs = () => {
    for (const [head, tab] of tabs) {
      tab.setAttribute("aria-selected", String(head === chosen));
      tab.tabIndex = head === chosen ? 0 : -1;
    }
    panel.setAttribute("aria-labelledby", `${id}-${chosen}`);
  };
  const explainChosen = async () => {
    if (!verdict) return;
    const mine = ++turn;
    const head = chosen;
    const label = headLabel(head, verdict);
    panel.dataset.tone = toneOf(head, verdict);
    try {
      const explanation = await explain(text, { head, label: verdict[head].label });
      if (mine !== turn) return;
      const { pieces, marked } = markEvidence(text, explanation);
      line.replaceChildren(...pieces);
      legend.textContent = marked ? t().judgement.legend(label) : t().judgement.noEvidence;
    } catch {
      if (mine === turn) legend.textContent = t().problem.other;
    }
  };
  const choose = (head: Tab) => {
    chosen = head;
    renderTabs();
    void explainChosen();
  };
  tabList.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = kTabs[(kTabs.indexOf(chosen) + step + kTabs.length) % kTabs.length];
    if (!next) return;
    choose(next);
    tabs.get(next)?.focus();
  });

  return {
    element,
    show(nextText, nextVerdict) {
      text = nextText;
      verdict = nextVerdict;
      line.textContent = text;
      legend.textContent = t().judgement.reading;
      tabList.setAttribute("aria-label", t().judgement.title);
      for (const row of rows) row.render(nextVerdict);
      renderTabs();
      void explainChosen();
    },
    focus: () => tabs.get(chosen)?.focus(),
  };
}
