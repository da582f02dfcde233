// The answer to a click on a comment in the picture: what this device made of it, and why.

import type { Explanation, LiveComment } from "@sotto/live";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { bind } from "../language.js";
import { renderEvidence } from "./evidence.js";

export interface Why {
  readonly element: HTMLElement;
  show(comment: LiveComment, explanation: Explanation): void;
  hide(): void;
}

export function createWhy(): Why {
  const close = h("button", { type: "button", class: "control" }, icon("close"));
  bind(close, (texts) => texts.shelf.close, "aria-label");
  const body = h("div", { class: "why-body" });
  const element = h("div", { class: "why", role: "status", hidden: true, "data-testid": "why" }, body, close);
  const hide = () => {
    element.hidden = true;
  };
  close.addEventListener("click", (event) => {
    event.stopPropagation();
    hide();
  });
  return {
    element,
    hide,
    show(comment, explanation) {
      body.replaceChildren(h("p", { class: "user" }, comment.user), renderEvidence(comment.text, explanation));
      element.hidden = false;
    },
  };
}
