// A question with two answers.

import { h } from "../dom.js";

export interface Question {
  title: string;
  text: string;
  yes: string;
  no: string;
}

export interface Confirm {
  readonly element: HTMLDialogElement;
  /** Resolves with false for the second answer and for Escape. */
  ask(question: Question): Promise<boolean>;
}

export function createConfirm(): Confirm {
  const title = h("h2", { id: "confirm-title" });
  const text = h("p", { id: "confirm-text" });
  const yes = h("button", { value: "yes", class: "danger", "data-testid": "confirm-yes" });
  const no = h("button", { value: "no", class: "quiet", autofocus: true, "data-testid": "confirm-no" });
  const element = h(
    "dialog",
    {
      class: "confirm",
      role: "alertdialog",
      "aria-labelledby": "confirm-title",
      "aria-describedby": "confirm-text",
    },
    h("form", { method: "dialog" }, title, text, h("div", { class: "answers" }, no, yes)),
  );
  return {
    element,
    ask(question) {
      title.textContent = question.title;
      text.textContent = question.text;
      yes.textContent = question.yes;
      no.textContent = question.no;
      element.returnValue = "no";
      element.showModal();
      return new Promise((resolve) => {
        element.addEventListener("close", () => resolve(element.returnValue === "yes"), { once: true });
      });
    },
  };
}
