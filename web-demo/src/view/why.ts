// The answer to a click on a comment in the picture: what this device made of it, and why.

import type { LiveComment, Verdict } from "@sotto/live";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { bind } from "../language.js";
import { createJudgement, type Explain } from "./judgement.js";

export interface Why {
  readonly element: HTMLElement;
  show(comment: LiveComment, verdict: Verdict): void;
  hide(): void;
}

export function createWhy(explain: Explain): Why {
  const close = h("button", { type: "button", class: "control" }, icon("close"));
  bind(close, (texts) => texts.shelf.close, "aria-label");
  const user = h("span", { class: "user" });
  const judgement = createJudgement(explain);
  const element = h(
    "div",
    { class: "why", role: "group", hidden: true, "data-testid": "why" },
    h("p", { class: "bubble-head" }, user, close),
    judgement.element,
  );
  bind(element, (texts) => texts.judgement.title, "aria-label");
  const hide = () => {
    element.hidden = true;
  };
  element.addEventListener("click", (event) => event.stopPropagation()); // a click on the picture closes it
  close.addEventListener("click", hide);
  return {
    element,
    hide,
    show(comment, verdict) {
      user.textContent = comment.user;
      judgement.show(comment.text, verdict);
      element.hidden = false;
    },
  };
}
