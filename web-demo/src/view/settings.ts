// The overlay's settings, in a small panel above the controls.

import type { OverlayOptions } from "@sotto/live";
import { h } from "../dom.js";
import { formatNumber } from "../format.js";
import { bind, onLanguage } from "../language.js";
import { forget, recall, remember } from "../store.js";
import type { Texts } from "../texts.js";

type Setting = "opacity" | "fontSize" | "speed";
type Values = Record<Setting, number>;

interface Range {
  min: number;
  max: number;
  step: number;
  label(texts: Texts): string;
  show(value: number): string;
}

const kRanges: Record<Setting, Range> = {
  opacity: { min: 20, max: 100, step: 5, label: (texts) => texts.settings.opacity, show: (v) => `${v}%` },
  fontSize: { min: 14, max: 40, step: 1, label: (texts) => texts.settings.fontSize, show: (v) => `${v} px` },
  speed: {
    min: 0.5,
    max: 2,
    step: 0.25,
    label: (texts) => texts.settings.speed,
    show: (v) => `${formatNumber(v, 2)}×`,
  },
};

/** Share of the picture, from the top, that comments may cover: the goods on the table stay in sight. */
const kArea = 0.62;
/** Seconds from edge to edge at speed 1. */
const kCrossing = 9;

function defaults(): Values {
  return { opacity: 100, fontSize: innerWidth < 640 ? 16 : 22, speed: 1 };
}

function initial(): Values {
  const values = defaults();
  const stored = recall("overlay");
  if (typeof stored !== "object" || stored === null) return values;
  for (const key of Object.keys(kRanges) as Setting[]) {
    const value: unknown = (stored as Record<string, unknown>)[key];
    if (typeof value === "number" && value >= kRanges[key].min && value <= kRanges[key].max) values[key] = value;
  }
  return values;
}

export interface Settings {
  readonly element: HTMLElement;
  /** What the session's overlay is to be configured with now. */
  options(): OverlayOptions;
  onChange(change: (options: OverlayOptions) => void): void;
}

/** `button` opens and closes the panel. */
export function createSettings(button: HTMLButtonElement): Settings {
  let values = initial();
  let change: (options: OverlayOptions) => void = () => undefined;
  const options = (): OverlayOptions => ({
    opacity: values.opacity / 100,
    fontSize: values.fontSize,
    crossing: kCrossing / values.speed,
    area: kArea,
  });

  const fields = (Object.keys(kRanges) as Setting[]).map((key) => {
    const range = kRanges[key];
    const input = h("input", { type: "range", min: range.min, max: range.max, step: range.step, "data-testid": key });
    const output = h("output", { class: "figure" });
    const render = () => {
      input.value = String(values[key]);
      output.textContent = range.show(values[key]);
      input.setAttribute("aria-valuetext", range.show(values[key]));
    };
    input.addEventListener("input", () => {
      values = { ...values, [key]: Number(input.value) };
      render();
      remember("overlay", values);
      change(options());
    });
    onLanguage(render);
    return { render, row: h("label", { class: "setting" }, bind(h("span"), range.label), input, output) };
  });

  const title = bind(h("h2", { id: "settings-title" }), (texts) => texts.settings.title);
  const reset = bind(h("button", { type: "button", class: "quiet" }), (texts) => texts.settings.reset);
  const element = h(
    "div",
    { class: "settings", id: "settings", role: "group", "aria-labelledby": "settings-title", hidden: true },
    title,
    ...fields.map((field) => field.row),
    reset,
  );
  reset.addEventListener("click", () => {
    values = defaults();
    forget("overlay");
    for (const field of fields) field.render();
    change(options());
  });

  const open = (shown: boolean) => {
    element.hidden = !shown;
    button.setAttribute("aria-expanded", String(shown));
  };
  button.setAttribute("aria-controls", "settings");
  open(false);
  button.addEventListener("click", () => open(element.hidden));
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open(false);
    button.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    const target = event.target as Node;
    if (!element.hidden && !element.contains(target) && !button.contains(target)) open(false);
  });

  return {
    element,
    options,
    onChange(next) {
      change = next;
    },
  };
}
