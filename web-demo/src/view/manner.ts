// How the viewer's next comment is shown: its mode and colour, chosen in a small panel beside the composer.

import type { CommentMode } from "@sotto/live";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { bind } from "../language.js";
import { recall, remember } from "../store.js";
import { choiceField } from "./fields.js";

export interface Manner {
  mode: CommentMode;
  /** A CSS colour; "" for that of one's own comments. */
  color: string;
}

const kModes = ["scroll", "top", "bottom"] as const;
const kColors = {
  own: "",
  paper: "#ffffff",
  cinnabar: "#ff9b85",
  celadon: "#a5e3bf",
  sky: "#9fd0ff",
  violet: "#d9b8ff",
} as const;
type Color = keyof typeof kColors;

export interface MannerPicker {
  readonly button: HTMLButtonElement;
  readonly element: HTMLElement;
  now(): Manner;
}

export function createManner(): MannerPicker {
  const stored = recall("manner") as { mode?: unknown; color?: unknown } | undefined;
  let mode: (typeof kModes)[number] = kModes.find((each) => each === stored?.mode) ?? "scroll";
  let color: Color = (Object.keys(kColors) as Color[]).find((each) => each === stored?.color) ?? "own";

  const button = h(
    "button",
    { type: "button", class: "control manner-button", "data-testid": "manner", "aria-controls": "manner" },
    icon("type"),
  );
  bind(button, (texts) => texts.manner.title, "aria-label");
  bind(button, (texts) => texts.manner.title, "title");
  const changed = () => {
    button.dataset.color = color;
    button.dataset.mode = mode;
    remember("manner", { mode, color });
  };
  const modes = choiceField(
    "manner-mode",
    (texts) => texts.manner.mode,
    kModes,
    (value, texts) => texts.commentModes[value],
    (value) => {
      mode = value;
      changed();
    },
  );
  modes.show(mode);
  const swatches = (Object.keys(kColors) as Color[]).map((each) => {
    const input = h("input", { type: "radio", name: "manner-color", value: each, class: "sr-only" });
    input.checked = each === color;
    bind(input, (texts) => texts.manner.colors[each], "aria-label");
    input.addEventListener("change", () => {
      color = each;
      changed();
    });
    return h("label", { class: "swatch", "data-color": each }, input, h("span", { class: "swatch-dot" }));
  });
  const element = h(
    "div",
    { class: "manner", id: "manner", role: "group", "aria-labelledby": "manner-title", hidden: true },
    bind(h("h2", { id: "manner-title", class: "sr-only" }), (texts) => texts.manner.title),
    modes.element,
    h(
      "div",
      { class: "setting choice", role: "radiogroup", "aria-labelledby": "manner-color" },
      bind(h("span", { id: "manner-color" }), (texts) => texts.manner.color),
      h("div", { class: "swatches" }, ...swatches),
    ),
    bind(h("p", { class: "note" }), (texts) => texts.manner.note),
  );
  const open = (shown: boolean) => {
    element.hidden = !shown;
    button.setAttribute("aria-expanded", String(shown));
  };
  open(false);
  changed();
  button.addEventListener("click", () => open(element.hidden));
  for (const each of [element, button]) {
    each.addEventListener("keydown", (event) => {
      if ((event as KeyboardEvent).key !== "Escape" || element.hidden) return;
      open(false);
      button.focus();
    });
  }
  document.addEventListener("pointerdown", (event) => {
    const path = event.composedPath();
    if (!path.includes(element) && !path.includes(button)) open(false);
  });
  return { button, element, now: () => ({ mode, color: kColors[color] }) };
}
