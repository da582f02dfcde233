// The page's language: what the viewer chose last, else what the browser prefers. Everything written on the page comes
// from texts.ts and is bound here, so that a switch rewrites the page in place without touching the session.

import { recall, remember } from "./store.js";
import { en, type Texts, zh } from "./texts.js";

export type Language = "zh" | "en";

const texts: Record<Language, Texts> = { zh, en };
const listeners = new Set<() => void>();
let current = initial();

function initial(): Language {
  const chosen = recall("language");
  if (chosen === "zh" || chosen === "en") return chosen;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export function language(): Language {
  return current;
}

/** The texts of the current language. */
export function t(): Texts {
  return texts[current];
}

/** The part of a text in both languages that is wanted now. */
export function localText<T>(text: { readonly zh: T; readonly en: T }): T {
  return text[current];
}

export function setLanguage(next: Language): void {
  if (next === current) return;
  current = next;
  remember("language", next);
  for (const listener of listeners) listener();
}

/** Calls `listener` now and after each change of language. For parts that live as long as the page. */
export function onLanguage(listener: () => void): void {
  listeners.add(listener);
  listener();
}

/** Binds an element's text, or one of its attributes, to the language. For parts that live as long as the page. */
export function bind<E extends Element>(element: E, text: (t: Texts) => string, attribute?: string): E {
  onLanguage(() => {
    if (attribute) element.setAttribute(attribute, text(t()));
    else element.textContent = text(t());
  });
  return element;
}
