// The list's lines that wait, and whether it is shown. What shows them is loaded when it first is.
import { part } from "../part.js";
import type { Locale, OverlayComment } from "../types.js";
import type { CommentList } from "./list.js";

/** A comment, or (class "notice") something that the room says: it waits its turn, and is never left out. */
export interface ListLine extends OverlayComment {
  notice?: boolean;
}

export interface ListingParts {
  parent: Element;
  /** Adds a style sheet to the overlay's. */
  dress(css: string): void;
  failed(error: unknown): void;
}

/** Lines that are shown at a time. */
const perChange = 2;

export class Listing {
  readonly #parts: ListingParts;
  #locale: Locale;
  #active = false;
  #loading = false;
  #list: CommentList | undefined;
  #waiting: ListLine[] = [];
  /** Until the list is there. */
  #pinned: Parameters<CommentList["pin"]> | undefined;

  constructor(parts: ListingParts, locale: Locale) {
    this.#parts = parts;
    this.#locale = locale;
  }

  setLocale(locale: Locale): void {
    this.#locale = locale;
    this.#list?.setLocale(locale);
  }

  setActive(active: boolean): void {
    this.#active = active;
    if (!active) this.clear();
    if (this.#list) this.#list.setActive(active);
    else if (active) void this.#load();
  }

  /** Of what comes too fast the newest is kept, and everything of the viewer's own and of the room. */
  add(line: ListLine): void {
    if (!this.#active) return;
    this.#waiting.push(line);
    const excess = this.#waiting.length - perChange;
    if (excess > 0) this.#waiting = this.#waiting.filter((each, index) => each.own || each.notice || index >= excess);
  }

  /** A comment that is not to be shown after all. */
  drop(id: string): void {
    this.#waiting = this.#waiting.filter((each) => each.id !== id);
    this.#list?.drop(id);
  }

  /** Stays on top; `duration` in seconds. */
  pin(line: ListLine | null, duration = Number.POSITIVE_INFINITY): void {
    if (!this.#active) return;
    if (this.#list) this.#list.pin(line, duration);
    else this.#pinned = [line, duration];
  }

  clear(): void {
    this.#waiting = [];
    this.#pinned = undefined;
    this.#list?.clear();
  }

  async #load(): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    try {
      const { CommentList } = await part(import("./list.js"));
      if (!this.#active) return;
      this.#list = new CommentList(this.#parts, this.#locale, () => this.#waiting.splice(0, perChange));
      if (this.#pinned) this.#list.pin(...this.#pinned);
    } catch (error) {
      if (this.#active) this.#parts.failed(error);
    } finally {
      this.#loading = false; // shown again, it tries again
    }
  }
}
