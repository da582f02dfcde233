// Comments standing still: for viewers who prefer reduced motion, and for screen readers.
import type { Locale, OverlayComment } from "../types.js";

const shown = 6;
/** Milliseconds between two changes: a list that never rests cannot be read, nor read out. */
const pace = 1000;
const perChange = 2;

const words = {
  zh: { label: "弹幕", host: "主播", vip: "VIP" },
  en: { label: "Live comments", host: "Host", vip: "VIP" },
} satisfies Record<Locale, unknown>;

/** A comment, or (class "notice") something that the room says: it waits its turn, and is never left out. */
export interface ListLine extends OverlayComment {
  notice?: boolean;
}

export class CommentList {
  readonly #list = document.createElement("ol");
  #locale: Locale;
  #waiting: ListLine[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;
  #pinned: HTMLLIElement | undefined;
  #unpin: ReturnType<typeof setTimeout> | undefined;

  constructor(parent: Element, locale: Locale) {
    this.#list.setAttribute("role", "log");
    this.#list.setAttribute("aria-live", "polite");
    this.#locale = locale;
    this.setLocale(locale);
    this.#list.hidden = true;
    parent.append(this.#list);
  }

  setLocale(locale: Locale): void {
    this.#locale = locale;
    this.#list.setAttribute("aria-label", words[locale].label);
  }

  setActive(active: boolean): void {
    this.#list.hidden = !active;
    clearInterval(this.#timer);
    this.#timer = active ? setInterval(() => this.#change(), pace) : undefined;
    if (!active) this.clear();
  }

  /** Of what comes too fast the newest is kept, and everything of the viewer's own and of the room. */
  add(line: ListLine): void {
    if (this.#timer === undefined) return;
    this.#waiting.push(line);
    const excess = this.#waiting.length - perChange;
    if (excess > 0) this.#waiting = this.#waiting.filter((each, index) => each.own || each.notice || index >= excess);
  }

  /** A comment that is not to be shown after all. */
  drop(id: string): void {
    this.#waiting = this.#waiting.filter((each) => each.id !== id);
    for (const item of this.#list.querySelectorAll("li")) if (item.dataset.id === id) item.remove();
  }

  /** Stays on top; `duration` in seconds. */
  pin(line: ListLine | null, duration = Number.POSITIVE_INFINITY): void {
    clearTimeout(this.#unpin);
    this.#pinned?.remove();
    this.#pinned = undefined;
    if (!line || this.#timer === undefined) return;
    this.#pinned = this.#item(line);
    this.#pinned.classList.add("pinned");
    this.#list.prepend(this.#pinned);
    if (duration < Number.POSITIVE_INFINITY) this.#unpin = setTimeout(() => this.pin(null), duration * 1000);
  }

  clear(): void {
    this.#waiting = [];
    this.pin(null);
    this.#list.replaceChildren();
  }

  #change(): void {
    for (const line of this.#waiting.splice(0, perChange)) this.#list.append(this.#item(line));
    for (const item of [...this.#list.children].slice(this.#pinned ? 1 : 0, -shown)) item.remove();
  }

  #item({ id = "", user, text, own, role = "viewer", emotes = {}, notice }: ListLine): HTMLLIElement {
    const item = document.createElement("li");
    item.className = own ? "own" : notice ? "notice" : "";
    item.dataset.id = id;
    if (role !== "viewer") {
      const badge = document.createElement("b");
      badge.textContent = words[this.#locale][role];
      item.append(badge, " ");
    }
    if (user) item.append(`${user}: `);
    item.append(...withPictures(text, emotes));
    return item;
  }
}

/** Each token becomes its picture, which is read out as the token. */
function withPictures(text: string, emotes: Readonly<Record<string, string>>): (string | HTMLImageElement)[] {
  const tokens = Object.keys(emotes).map((token) => token.replace(/[^\w\s]/g, "\\$&"));
  if (tokens.length === 0) return [text];
  return text.split(new RegExp(`(${tokens.join("|")})`)).map((part) => {
    const source = emotes[part];
    if (source === undefined) return part;
    const picture = document.createElement("img");
    picture.alt = part;
    picture.src = source;
    return picture;
  });
}
