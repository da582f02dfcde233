// What went wrong, said politely: a sentence in the viewer's language, the technical message, and what to do about it.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { onLanguage, t } from "../language.js";
import type { Texts } from "../texts.js";

export interface Problem {
  /** Problems of one key replace each other. */
  key: string;
  sentence(texts: Texts): string;
  /** As the error says it, in English: "MALFORMED: manifest.products is ...". */
  detail: string;
  /** What to do, as the error says it; may be empty. */
  hint: string;
  /** Offered as a button. */
  retry?: () => void;
}

export interface Problems {
  readonly element: HTMLElement;
  show(problem: Problem): void;
  clear(key: string): void;
}

export function createProblems(): Problems {
  const element = h("div", { class: "problems", role: "status", "data-testid": "problems" });
  const problems = new Map<string, Problem>();

  const render = () => {
    element.replaceChildren(
      ...[...problems.values()].map((problem) => renderProblem(problem, () => remove(problem.key))),
    );
  };
  const remove = (key: string) => {
    if (problems.delete(key)) render();
  };
  onLanguage(render);

  return {
    element,
    show(problem) {
      const shown = problems.get(problem.key);
      if (shown && shown.detail === problem.detail) return; // said once is enough
      problems.set(problem.key, problem);
      render();
    },
    clear: remove,
  };
}

function renderProblem(problem: Problem, dismiss: () => void): HTMLElement {
  const texts = t().problem;
  const close = h("button", { type: "button", class: "control", "aria-label": texts.dismiss }, icon("close"));
  close.addEventListener("click", dismiss);
  const text = h("div", { class: "problem-text" }, h("p", { class: "problem-sentence" }, problem.sentence(t())));
  if (problem.hint !== "") text.append(h("p", { lang: "en" }, problem.hint));
  if (problem.detail !== "") {
    text.append(h("p", { class: "note", lang: "en" }, problem.detail));
  }
  if (problem.retry) {
    const again = h("button", { type: "button", class: "quiet", "data-testid": "retry" }, texts.retry);
    again.addEventListener("click", () => {
      dismiss();
      problem.retry?.();
    });
    text.append(again);
  }
  return h("div", { class: "problem", "data-testid": "problem" }, text, close);
}
