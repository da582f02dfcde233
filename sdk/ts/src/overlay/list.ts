// Comments standing still: for viewers who prefer reduced motion, and for screen readers.
import type { LiveComment, Locale } from "../types.js";

const shown = 6;
/** Milliseconds between two changes: a list that never rests cannot be read, nor read out. */
const pace = 1000;
const perChange = 2;

const labels: Record<Locale, string> = { zh: "弹幕", en: "Live comments" };

export class CommentList {
  readonly #list: HTMLOListElement;
  #waiting: LiveComment[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(root: ShadowRoot, locale: Locale) {
    this.#list = document.createElement("ol");
    this.#list.setAttribute("role", "log");
    this.setLocale(locale);
    this.#list.hidden = true;
    root.append(this.#list);
  }

  setLocale(locale: Locale): void {
    this.#list.setAttribute("aria-label", labels[locale]);
  }

  setActive(active: boolean): void {
    this.#list.hidden = !active;
    clearInterval(this.#timer);
    this.#timer = active ? setInterval(() => this.#change(), pace) : undefined;
    if (!active) this.clear();
  }

  /** Of what comes too fast the newest is kept, and everything of the viewer's own. */
  add(comment: LiveComment): void {
    if (this.#timer === undefined) return;
    this.#waiting.push(comment);
    const excess = this.#waiting.length - perChange;
    if (excess > 0) this.#waiting = this.#waiting.filter(({ own }, index) => own || index >= excess);
  }

  clear(): void {
    this.#waiting = [];
    this.#list.replaceChildren();
  }

  #change(): void {
    for (const { user, text, own } of this.#waiting.splice(0, perChange)) {
      const item = document.createElement("li");
      item.className = own ? "own" : "";
      item.textContent = user ? `${user}: ${text}` : text;
      this.#list.append(item);
    }
    while (this.#list.childElementCount > shown) this.#list.firstElementChild?.remove();
  }
}
