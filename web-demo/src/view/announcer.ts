// What a screen reader is told by itself: politely, and seldom. Of what happens meanwhile only the latest is said.

import { h } from "../dom.js";

export interface Announcer {
  readonly element: HTMLElement;
  say(text: string): void;
}

const kEveryMs = 20_000;

export function createAnnouncer(everyMs = kEveryMs): Announcer {
  const element = h("p", { class: "sr-only", role: "status", "data-testid": "announcer" });
  let last = Number.NEGATIVE_INFINITY;
  let next = "";
  let waiting = false;
  const speak = () => {
    last = performance.now();
    waiting = false;
    element.textContent = next;
  };
  return {
    element,
    say(text) {
      next = text;
      if (waiting) return;
      waiting = true;
      setTimeout(speak, Math.max(0, last + everyMs - performance.now()));
    },
  };
}
