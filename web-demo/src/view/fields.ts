// The few kinds of controls that the settings are made of. Each shows a value, and tells when the viewer changed it.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { bind, onLanguage, t } from "../language.js";
import type { Texts } from "../texts.js";

export interface Field<Value> {
  readonly element: HTMLElement;
  show(value: Value): void;
}

type Label = (texts: Texts) => string;

let ids = 0;
const newId = () => `field-${++ids}`;

export interface Range {
  min: number;
  max: number;
  step: number;
  /** The value with its unit. */
  text(value: number): string;
}

export function rangeField(
  testId: string,
  label: Label,
  { text, ...range }: Range,
  change: (value: number) => void,
): Field<number> {
  const input = h("input", { type: "range", ...range, "data-testid": testId });
  const output = h("output", { class: "figure" });
  const render = () => {
    output.textContent = text(Number(input.value));
    input.setAttribute("aria-valuetext", output.textContent);
  };
  input.addEventListener("input", () => {
    render();
    change(Number(input.value));
  });
  onLanguage(render);
  return {
    element: h("label", { class: "setting" }, bind(h("span"), label), input, output),
    show(value) {
      input.value = String(value);
      render();
    },
  };
}

/** Inputs side by side, each with its name. */
function segments(
  role: "radiogroup" | "group",
  id: string,
  label: Label,
  inputs: readonly HTMLInputElement[],
  nameOf: (index: number, texts: Texts) => string,
): HTMLElement {
  const options = inputs.map((input, index) =>
    h(
      "label",
      {},
      input,
      bind(h("span"), (texts) => nameOf(index, texts)),
    ),
  );
  return h(
    "div",
    { class: "setting choice", role, "aria-labelledby": id },
    bind(h("span", { id }), label),
    h("div", { class: "segments" }, ...options),
  );
}

/** One of a few, side by side. */
export function choiceField<Value extends string>(
  testId: string,
  label: Label,
  values: readonly Value[],
  nameOf: (value: Value, texts: Texts) => string,
  change: (value: Value) => void,
): Field<Value> {
  const id = newId();
  const inputs = values.map((value) => {
    const input = h("input", { type: "radio", name: id, value, class: "sr-only", "data-testid": `${testId}-${value}` });
    input.addEventListener("change", () => change(value));
    return input;
  });
  const element = segments("radiogroup", id, label, inputs, (index, texts) => nameOf(values[index] as Value, texts));
  return {
    element,
    show(value) {
      for (const input of inputs) input.checked = input.value === value;
    },
  };
}

export function toggleField(testId: string, label: Label, change: (on: boolean) => void): Field<boolean> {
  const input = h("input", { type: "checkbox", role: "switch", class: "toggle-switch", "data-testid": testId });
  input.addEventListener("change", () => change(input.checked));
  return {
    element: h("label", { class: "setting toggle" }, bind(h("span"), label), input),
    show(on) {
      input.checked = on;
    },
  };
}

/** Any of a few. */
export function setField<Value extends string>(
  testId: string,
  label: Label,
  values: readonly Value[],
  nameOf: (value: Value, texts: Texts) => string,
  change: (values: Value[]) => void,
): Field<readonly Value[]> {
  const id = newId();
  const inputs = values.map((value) => {
    const input = h("input", { type: "checkbox", value, class: "sr-only", "data-testid": `${testId}-${value}` });
    input.addEventListener("change", () => change(values.filter((_, index) => inputs[index]?.checked)));
    return input;
  });
  const element = segments("group", id, label, inputs, (index, texts) => nameOf(values[index] as Value, texts));
  return {
    element,
    show(chosen) {
      for (const input of inputs) input.checked = chosen.includes(input.value as Value);
    },
  };
}

/** Words that the viewer adds and takes away. */
export function wordsField(
  testId: string,
  label: Label,
  placeholder: Label,
  change: (words: string[]) => void,
): Field<readonly string[]> {
  let words: readonly string[] = [];
  const input = h("input", { type: "text", class: "field", maxlength: 60, autocomplete: "off", "data-testid": testId });
  bind(input, label, "aria-label");
  bind(input, placeholder, "placeholder");
  const add = h("button", { type: "submit", class: "control", "data-testid": `${testId}-add` }, icon("add"));
  bind(add, (texts) => texts.settings.add, "aria-label");
  const list = h("ul", { class: "chips" });
  const form = h("form", { class: "add-word" }, input, add);
  const render = () => {
    const focused = list.contains(document.activeElement);
    list.replaceChildren(
      ...words.map((word) => {
        const remove = h("button", { type: "button", class: "chip" }, word, icon("close"));
        remove.setAttribute("aria-label", t().settings.remove(word));
        remove.addEventListener("click", () => set(words.filter((each) => each !== word)));
        return h("li", {}, remove);
      }),
    );
    if (focused) input.focus(); // the button that had the focus is gone
  };
  const set = (next: readonly string[]) => {
    words = next;
    render();
    change([...words]);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const word = input.value.trim();
    input.value = "";
    if (word && !words.includes(word)) set([...words, word]);
  });
  onLanguage(render);
  return {
    element: h("div", { class: "setting words" }, bind(h("span"), label), form, list),
    show(next) {
      words = next;
      render();
    },
  };
}
