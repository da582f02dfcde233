// A sentence on the picture that goes by itself: what came of something the viewer did there.

import { h } from "../dom.js";

export interface Toast {
  readonly element: HTMLElement;
  show(sentence: string): void;
}

const kStaysMs = 4000;

export function createToast(): Toast {
  const element = h("p", { class: "toast", role: "status", "data-testid": "toast" });
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    element,
    show(sentence) {
      clearTimeout(timer);
      element.textContent = sentence;
      timer = setTimeout(() => {
        element.textContent = "";
      }, kStaysMs);
    },
  };
}
