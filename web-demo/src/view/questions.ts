// What the room keeps asking, the most asked first. A question is a button that puts its words into the viewer's own
// comment. One tab stop: the arrow keys walk the list. Rows stay where they are while the viewer is among them.

import type { CommentSummary } from "@sotto/live";
import { h } from "../dom.js";
import { formatNumber } from "../format.js";
import { icon } from "../icons.js";
import { bind, onLanguage, t } from "../language.js";
import type { Clock } from "./clock.js";
import { reorder } from "./reorder.js";

type Question = CommentSummary["questions"][number];

export interface Questions {
  readonly element: HTMLElement;
  show(questions: readonly Question[]): void;
  onAsk(ask: (question: string) => void): void;
}

const kShown = 4;
/** Decayed comments, or viewers, from which a question is more than one person's. */
const kSeveral = 2;
/** Rows change places at most this often. Milliseconds. */
const kSettleMs = 3000;

interface Row {
  readonly element: HTMLElement;
  readonly button: HTMLButtonElement;
  render(question: Question, most: number): void;
}

export function createQuestions(clock: Clock): Questions {
  const list = h("ol", { class: "questions", "data-testid": "questions" });
  bind(list, (texts) => texts.pulse.questions, "aria-label");
  const empty = bind(h("p", { class: "note pulse-empty" }), (texts) => texts.pulse.noQuestions);
  const element = h(
    "div",
    { class: "pulse-part" },
    bind(h("h3"), (texts) => texts.pulse.questions),
    h("div", { class: "questions-room" }, list, empty),
  );

  let asked: readonly Question[] = [];
  let order: string[] = [];
  let settled = Number.NEGATIVE_INFINITY;
  let ask: (question: string) => void = () => undefined;
  const rows = new Map<string, Row>();

  const row = (text: string): Row => {
    let existing = rows.get(text);
    if (!existing) {
      existing = createRow(text, clock, () => ask(text));
      rows.set(text, existing);
    }
    return existing;
  };
  const watched = () => list.matches(":hover") || list.contains(document.activeElement);
  const renderTabStop = () => {
    const buttons = [...list.querySelectorAll("button")];
    const stop = buttons.find((button) => button === document.activeElement) ?? buttons[0];
    for (const button of buttons) button.tabIndex = button === stop ? 0 : -1;
  };

  const render = () => {
    const top = asked.filter((q) => q.viewers >= kSeveral || q.weight >= kSeveral).slice(0, kShown);
    const byText = new Map(asked.map((question) => [question.text, question]));
    const wanted = top.map(({ text }) => text);
    const gone = order.some((text) => !byText.has(text));
    if (gone || (!watched() && (order.length < wanted.length || performance.now() - settled >= kSettleMs))) {
      // Among the same questions a new order is not worth the movement while their numbers are nearly the same.
      if (order.join("\n") !== wanted.join("\n")) settled = performance.now();
      order = wanted;
    }
    const most = Math.max(kSeveral, ...top.map(({ weight }) => weight));
    const shown = order.flatMap((text) => byText.get(text) ?? []);
    for (const question of shown) row(question.text).render(question, most);
    reorder(
      list,
      shown.map(({ text }) => row(text).element),
    );
    for (const text of rows.keys()) if (!order.includes(text)) rows.delete(text);
    empty.hidden = shown.length > 0;
    renderTabStop();
  };
  list.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1, Home: -kShown, End: kShown }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const buttons = [...list.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[Math.max(0, Math.min(buttons.length - 1, at + step))]?.focus();
  });
  list.addEventListener("focusin", renderTabStop);
  onLanguage(render);

  return {
    element,
    show(questions) {
      asked = questions;
      render();
    },
    onAsk(next) {
      ask = next;
    },
  };
}

function createRow(text: string, clock: Clock, ask: () => void): Row {
  const bar = h("span", { class: "question-bar", "aria-hidden": "true" });
  const about = h("span", { class: "question-about figure" });
  const hint = h("span", { class: "question-ask" }, icon("bullet"));
  const button = h(
    "button",
    { type: "button", class: "question", "data-testid": "question" },
    bar,
    h("span", { class: "question-text", title: text }, text),
    about,
    hint,
  );
  button.addEventListener("click", ask);
  return {
    element: h("li", {}, button),
    button,
    render({ viewers, weight, since }, most) {
      const texts = t().pulse;
      bar.style.width = `${Math.max(4, Math.min(100, (100 * weight) / most))}%`;
      const many = viewers > 0 ? texts.viewers(formatNumber(viewers)) : texts.times(formatNumber(weight));
      const said = `${many} · ${texts.since(clock(since, "minute"))}`;
      if (about.textContent !== said) about.textContent = said;
      button.setAttribute("aria-label", `${text} ${said}. ${texts.ask}`);
      hint.title = texts.ask;
    },
  };
}
