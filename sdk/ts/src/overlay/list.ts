// Comments standing still: for viewers who prefer reduced motion, and for screen readers. Loaded by listing.ts, which keeps
// those that wait.
import type { Locale } from "../types.js";
import type { ListingParts, ListLine } from "./listing.js";

const shown = 6;
/** Milliseconds between two changes: a list that never rests cannot be read, nor read out. */
const pace = 1000;

const words = {
  zh: { label: "弹幕", host: "主播", vip: "VIP" },
  en: { label: "Live comments", host: "Host", vip: "VIP" },
} satisfies Record<Locale, unknown>;

/** The list, and the cards, which are drawn on the canvas otherwise. */
export const css = `
ol {
  position: absolute; inset: 12px 12px auto 12px; margin: 0; padding: 8px 12px; list-style: none; border-radius: 8px;
  background: rgb(0 0 0 / 0.75); color: #fff; font: 500 16px/1.5 system-ui, sans-serif; max-width: 30em;
}
ol[hidden], ol:empty { display: none; }
li { overflow-wrap: anywhere; }
li img { height: 1.4em; vertical-align: middle; }
.own { color: #ffd60a; }
.notice { color: #9fd0ff; }
.pinned { border-bottom: 1px solid #fff; }
:host(.list) .open { display: flex; gap: 8px; padding: 8px; background: rgb(255 255 255 / 0.96); }
:host(.list) .buy { background: #c2371c; color: #fff; text-align: center; }
:host(.list) .card > * { display: block; }
.card img { height: 100%; aspect-ratio: 1; object-fit: cover; border-radius: 8px; background: #eceae4; }
.card b { display: block; color: #c2371c; font-weight: 700; }
`;

export class CommentList {
  readonly #list = document.createElement("ol");
  readonly #take: () => ListLine[];
  #locale: Locale;
  #timer: ReturnType<typeof setInterval> | undefined;
  #pinned: HTMLLIElement | undefined;
  #unpin: ReturnType<typeof setTimeout> | undefined;

  constructor({ parent, dress }: ListingParts, locale: Locale, take: () => ListLine[]) {
    this.#take = take;
    this.#list.setAttribute("role", "log");
    this.#list.setAttribute("aria-live", "polite");
    this.#locale = locale;
    this.setLocale(locale);
    dress(css);
    parent.append(this.#list);
    this.setActive(true);
  }

  setLocale(locale: Locale): void {
    this.#locale = locale;
    this.#list.setAttribute("aria-label", words[locale].label);
  }

  setActive(active: boolean): void {
    this.#list.hidden = !active;
    clearInterval(this.#timer);
    this.#timer = active ? setInterval(() => this.#change(), pace) : undefined;
  }

  /** A comment that is not to be shown after all. */
  drop(id: string): void {
    for (const item of this.#list.querySelectorAll("li")) if (item.dataset.id === id) item.remove();
  }

  /** Stays on top; `duration` in seconds. */
  pin(line: ListLine | null, duration: number): void {
    clearTimeout(this.#unpin);
    this.#pinned?.remove();
    this.#pinned = undefined;
    if (!line) return;
    this.#pinned = this.#item(line);
    this.#pinned.classList.add("pinned");
    this.#list.prepend(this.#pinned);
    if (duration < Number.POSITIVE_INFINITY) this.#unpin = setTimeout(() => this.pin(null, 0), duration * 1000);
  }

  clear(): void {
    this.pin(null, 0);
    this.#list.replaceChildren();
  }

  #change(): void {
    for (const line of this.#take()) this.#list.append(this.#item(line));
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
