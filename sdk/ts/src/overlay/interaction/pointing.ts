// What every session has of pointing at comments: their tab stop, and a watch for the first pointer or focus, which loads
// the rest (interaction.ts) and hands over to it what was seen meanwhile.
import { part } from "../../part.js";
import type { LiveComment, Locale } from "../../types.js";
import type { EngineClient } from "../../worker/client.js";
import { type Place, place } from "../place.js";
import type { Interaction } from "./interaction.js";

export interface PointingParts {
  /** The overlay's box; the comments' rectangles are relative to it. */
  box: HTMLElement;
  /** Pointers are followed over the closest element that holds both the overlay and this. */
  video: Node;
  client: EngineClient;
  activate(comment: LiveComment): void;
  report(comment: LiveComment): void;
  block(user: string): void;
  failed(error: unknown): void;
  /** Adds a style sheet to the overlay's; answers with the function that takes it away. */
  dress(css: string): () => void;
}

export const pointerEvents = [
  "pointermove",
  "pointerdown",
  "pointerup",
  "pointercancel",
  "pointerleave",
  "click",
] as const;

/** What remains of a pointer's event once it was dispatched, and its path is gone. */
export interface Seen {
  event: PointerEvent;
  path: readonly EventTarget[];
}

const labels: Readonly<Record<Locale, string>> = { zh: "屏幕上的弹幕", en: "Comments on screen" };

export class Pointing {
  readonly parts: PointingParts;
  /** Holds the tab stop, and what lies over comments. */
  readonly layer = document.createElement("div");
  readonly stop: HTMLButtonElement;
  readonly root: HTMLElement;
  locale: Locale;
  readonly #watch = new AbortController();
  /** The last of each kind, in their order. */
  readonly #seen = new Map<string, Seen>();
  readonly #keys: string[] = [];
  #loading = false;
  #interaction: Interaction | undefined;

  constructor(parts: PointingParts, locale: Locale) {
    this.parts = parts;
    this.locale = locale;
    this.layer.className = "comments";
    this.stop = this.addButton("stop");
    this.setLocale(locale);
    parts.box.append(this.layer);
    this.root = commonAncestor(parts.box, parts.video);
    const { signal } = this.#watch;
    for (const name of pointerEvents) this.watch(name, (seen) => this.#see(seen), signal);
    for (const name of ["focus", "click", "keydown"]) {
      this.stop.addEventListener(name, (event) => this.#press(event), { signal });
    }
  }

  setLocale(locale: Locale): void {
    this.locale = locale;
    this.stop.setAttribute("aria-label", labels[locale]);
  }

  /** Lets the held comment go. */
  release(): void {
    this.#interaction?.release();
  }

  dispose(): void {
    this.#watch.abort();
    this.#interaction?.dispose();
    this.layer.remove();
  }

  /** Before the player sees it, wherever the pointer is. */
  watch(name: (typeof pointerEvents)[number], see: (seen: Seen) => void, signal: AbortSignal): void {
    const options = { capture: name !== "pointerleave", signal }; // left is only the whole
    this.root.addEventListener(
      name,
      (event) => see({ event: event as PointerEvent, path: event.composedPath() }),
      options,
    );
  }

  addButton(name: string, at?: Place): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = name;
    if (at) place(button, at);
    this.layer.append(button);
    return button;
  }

  #see(seen: Seen): void {
    const { type } = seen.event;
    this.#seen.delete(type);
    this.#seen.set(type, seen);
    if (type === "pointermove" || type === "pointerdown") void this.#load();
  }

  #press(event: Event): void {
    void this.#load();
    const key = event.type === "click" ? "ArrowDown" : (event as Partial<KeyboardEvent>).key;
    if (!key?.startsWith("Arrow")) return;
    this.#keys.push(key);
    event.preventDefault();
    event.stopPropagation(); // it was meant for the comments
  }

  async #load(): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    const { signal } = this.#watch;
    try {
      const { Interaction } = await part(import("./interaction.js"));
      if (signal.aborted) return;
      this.#interaction = new Interaction(this);
      this.#watch.abort();
      void this.#interaction.replay(this.#seen.values(), this.#keys);
    } catch (error) {
      if (signal.aborted) return;
      this.dispose(); // a tab stop that does nothing helps nobody
      this.parts.failed(error);
    }
  }
}

/** Also from within shadow roots. */
function commonAncestor(inner: Node, other: unknown): HTMLElement {
  if (!(other instanceof Node)) return document.documentElement; // a player that only behaves like a video
  let node: Node | null = inner;
  while (node && !(node instanceof HTMLElement && node.contains(other))) {
    node = node instanceof ShadowRoot ? node.host : node.parentNode;
  }
  return (node as HTMLElement | null) ?? document.documentElement;
}
