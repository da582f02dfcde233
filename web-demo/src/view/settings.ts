// The overlay's settings, in a panel above the controls. Every change works at once and is remembered.

import type { CommentMode, OverlayOptions } from "@sotto/live";
import { h } from "../dom.js";
import { formatNumber } from "../format.js";
import { icon } from "../icons.js";
import { bind } from "../language.js";
import { forget, recall, remember } from "../store.js";
import { choiceField, type Field, type Range, rangeField, setField, toggleField, wordsField } from "./fields.js";

interface Values {
  density: NonNullable<OverlayOptions["density"]>;
  /** Percent. */
  area: number;
  maxVisible: number;
  overlap: NonNullable<OverlayOptions["overlap"]>;
  merge: boolean;
  fontSize: number;
  fontWeight: number;
  outline: number;
  /** Percent. */
  opacity: number;
  speed: NonNullable<OverlayOptions["speed"]>;
  mode: NonNullable<OverlayOptions["mode"]>;
  effects: boolean;
  shownModes: readonly CommentMode[];
  blockedWords: readonly string[];
  blockedUsers: readonly string[];
  mask: boolean;
  frameBudget: boolean;
}

const kDensities = ["off", "sparse", "normal", "dense", "all"] as const;
const kOverlaps = ["never", "whenFull", "always"] as const;
const kSpeeds = ["slow", "normal", "fast"] as const;
const kModes = ["auto", "scroll", "list"] as const;
const kCommentModes = ["scroll", "reverse", "top", "bottom", "free"] as const;
/** Comments on screen at most: what people choose between, not every number. */
const kMost = [20, 50, 100, 200, 500, 10_000];

const percent = (value: number) => `${value}%`;
const pixels = (value: number) => `${formatNumber(value, value % 1 ? 1 : 0)} px`;
const kRanges = {
  area: { min: 10, max: 100, step: 1, text: percent },
  fontSize: { min: 14, max: 40, step: 1, text: pixels },
  fontWeight: { min: 300, max: 900, step: 100, text: String },
  outline: { min: 0, max: 5, step: 0.5, text: pixels },
  opacity: { min: 20, max: 100, step: 5, text: percent },
} satisfies Partial<Record<keyof Values, Range>>;
const kChoices = { density: kDensities, overlap: kOverlaps, speed: kSpeeds, mode: kModes } as const;

function defaults(): Values {
  return {
    density: "normal",
    area: 62, // the goods on the table stay in sight
    maxVisible: 10_000,
    overlap: "never",
    merge: true,
    fontSize: innerWidth < 640 ? 16 : 22,
    fontWeight: 600,
    outline: 2.5,
    opacity: 100,
    speed: "normal",
    mode: "auto",
    effects: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    shownModes: kCommentModes,
    blockedWords: [],
    blockedUsers: [],
    mask: false,
    frameBudget: true,
  };
}

/** What was remembered, as far as it still makes sense. */
function initial(): Values {
  const values = defaults();
  const stored = recall("overlay");
  if (typeof stored !== "object" || stored === null) return values;
  for (const [key, value] of Object.entries(stored)) {
    if (fits(key as keyof Values, value, values)) Object.assign(values, { [key]: value });
  }
  return values;
}

function fits(key: keyof Values, value: unknown, values: Values): boolean {
  if (key in kRanges) {
    const { min, max } = kRanges[key as keyof typeof kRanges];
    return typeof value === "number" && value >= min && value <= max;
  }
  if (key in kChoices) return (kChoices[key as keyof typeof kChoices] as readonly unknown[]).includes(value);
  if (key === "maxVisible") return kMost.includes(value as number);
  if (!Array.isArray(values[key])) return typeof value === typeof values[key];
  if (!Array.isArray(value) || value.length > 500) return false;
  return value.every((each) =>
    key === "shownModes" ? kCommentModes.includes(each) : typeof each === "string" && each.length <= 60,
  );
}

export interface SettingsChange {
  options: OverlayOptions;
  /** Comments pass behind the broadcast's captions. */
  mask: boolean;
}

export interface Settings {
  readonly element: HTMLElement;
  /** What holds now. */
  now(): SettingsChange;
  onChange(change: (change: SettingsChange) => void): void;
  /** The viewer blocked somebody in the picture. */
  block(user: string): void;
  /** `load` puts a file's comments into the picture; without it there is no button for it. */
  onImport(load: (file: File) => void): void;
  onCapture(capture: () => void): void;
}

/** `button` opens and closes the panel. */
export function createSettings(button: HTMLButtonElement): Settings {
  let values = initial();
  let change: (change: SettingsChange) => void = () => undefined;

  const now = (): SettingsChange => ({
    options: {
      density: values.density,
      area: values.area / 100,
      maxVisible: values.maxVisible,
      overlap: values.density === "all" && values.overlap === "never" ? "whenFull" : values.overlap,
      merge: values.merge ? 10 : 0,
      fontSize: values.fontSize,
      fontWeight: values.fontWeight,
      outline: values.outline,
      opacity: values.opacity / 100,
      speed: values.speed,
      mode: values.mode,
      effects: values.effects,
      hiddenModes: kCommentModes.filter((each) => !values.shownModes.includes(each)),
      blockedWords: values.blockedWords,
      blockedUsers: values.blockedUsers,
      frameBudget: values.frameBudget,
    },
    mask: values.mask,
  });
  const set = <Key extends keyof Values>(key: Key, value: Values[Key]) => {
    values = { ...values, [key]: value };
    remember("overlay", values);
    change(now());
  };

  const fields: { [Key in keyof Values]: Field<Values[Key]> } = {
    density: choiceField(
      "density",
      (texts) => texts.settings.density,
      kDensities,
      (value, texts) => texts.settings.densities[value],
      (value) => set("density", value),
    ),
    area: ranged("area"),
    maxVisible: mostField((value) => set("maxVisible", value)),
    overlap: choiceField(
      "overlap",
      (texts) => texts.settings.overlap,
      kOverlaps,
      (value, texts) => texts.settings.overlaps[value],
      (value) => set("overlap", value),
    ),
    merge: toggle("merge"),
    fontSize: ranged("fontSize"),
    fontWeight: ranged("fontWeight"),
    outline: ranged("outline"),
    opacity: ranged("opacity"),
    speed: choiceField(
      "speed",
      (texts) => texts.settings.speed,
      kSpeeds,
      (value, texts) => texts.settings.speeds[value],
      (value) => set("speed", value),
    ),
    mode: choiceField(
      "mode",
      (texts) => texts.settings.mode,
      kModes,
      (value, texts) => texts.settings.modes[value],
      (value) => set("mode", value),
    ),
    effects: toggle("effects"),
    shownModes: setField(
      "shown",
      (texts) => texts.settings.shownModes,
      kCommentModes,
      (value, texts) => texts.commentModes[value],
      (value) => set("shownModes", value),
    ),
    blockedWords: wordsField(
      "blocked-words",
      (texts) => texts.settings.blockedWords,
      (texts) => texts.settings.word,
      (words) => set("blockedWords", words),
    ),
    blockedUsers: wordsField(
      "blocked-users",
      (texts) => texts.settings.blockedUsers,
      (texts) => texts.settings.user,
      (users) => set("blockedUsers", users),
    ),
    mask: toggle("mask"),
    frameBudget: toggle("frameBudget"),
  };

  function ranged(key: keyof typeof kRanges): Field<number> {
    return rangeField(
      key,
      (texts) => texts.settings[key],
      kRanges[key],
      (value) => set(key, value),
    );
  }

  function toggle(key: "merge" | "effects" | "mask" | "frameBudget"): Field<boolean> {
    return toggleField(
      key,
      (texts) => texts.settings[key],
      (on) => set(key, on),
    );
  }

  const render = () => {
    for (const key of Object.keys(fields) as (keyof Values)[]) (fields[key] as Field<unknown>).show(values[key]);
  };
  render();

  const section = (title: keyof typeof kSections) =>
    h(
      "fieldset",
      { class: "settings-section" },
      bind(h("legend"), (texts) => texts.settings.sections[title]),
      ...kSections[title].map((key) => fields[key].element),
    );
  const reset = bind(h("button", { type: "button", class: "quiet", "data-testid": "settings-reset" }), (texts) => {
    return texts.settings.reset;
  });
  reset.addEventListener("click", () => {
    values = defaults();
    forget("overlay");
    render();
    change(now());
  });
  const file = h("input", { type: "file", class: "sr-only", tabindex: "-1", "data-testid": "import-file" });
  file.accept = ".xml,.json,.jsonl,.txt,.csv,.ass";
  bind(file, (texts) => texts.settings.import, "aria-label");
  const load = h("button", { type: "button", class: "quiet", hidden: true }, icon("upload"));
  load.append(bind(h("span"), (texts) => texts.settings.import));
  load.addEventListener("click", () => file.click());
  const save = h("button", { type: "button", class: "quiet", "data-testid": "capture" }, icon("down"));
  save.append(bind(h("span"), (texts) => texts.settings.capture));

  const close = h("button", { type: "button", class: "control" }, icon("close"));
  bind(close, (texts) => texts.shelf.close, "aria-label");
  const body = h(
    "div",
    { class: "settings-body" },
    section("amount"),
    section("look"),
    section("motion"),
    section("which"),
    h("div", { class: "settings-actions" }, load, file, save, reset),
  );
  const element = h(
    "div",
    { class: "settings", id: "settings", role: "group", "aria-labelledby": "settings-title", hidden: true },
    h(
      "div",
      { class: "settings-head" },
      bind(h("h2", { id: "settings-title" }), (texts) => texts.settings.title),
      close,
    ),
    body,
  );

  const open = (shown: boolean) => {
    element.hidden = !shown;
    button.setAttribute("aria-expanded", String(shown));
  };
  button.setAttribute("aria-controls", "settings");
  open(false);
  button.addEventListener("click", () => open(element.hidden));
  const shut = () => {
    open(false);
    button.focus();
  };
  close.addEventListener("click", shut);
  for (const each of [element, button]) {
    each.addEventListener("keydown", (event) => {
      if ((event as KeyboardEvent).key === "Escape" && !element.hidden) shut();
    });
  }
  document.addEventListener("pointerdown", (event) => {
    const path = event.composedPath();
    if (!element.hidden && !path.includes(element) && !path.includes(button)) open(false);
  });

  return {
    element,
    now,
    onChange(next) {
      change = next;
    },
    block(user) {
      if (values.blockedUsers.includes(user)) return;
      set("blockedUsers", [...values.blockedUsers, user]);
      fields.blockedUsers.show(values.blockedUsers);
    },
    onImport(take) {
      load.hidden = false;
      file.addEventListener("change", () => {
        const [chosen] = file.files ?? [];
        if (chosen) take(chosen);
        file.value = "";
      });
    },
    onCapture(capture) {
      save.addEventListener("click", capture);
    },
  };
}

const kSections = {
  amount: ["density", "area", "maxVisible", "overlap", "merge"],
  look: ["fontSize", "fontWeight", "outline", "opacity"],
  motion: ["speed", "mode", "effects", "frameBudget"],
  which: ["shownModes", "mask", "blockedWords", "blockedUsers"],
} as const satisfies Record<string, readonly (keyof Values)[]>;

/** Steps through kMost; the last means everything. */
function mostField(change: (value: number) => void): Field<number> {
  const last = kMost.length - 1;
  const field = rangeField(
    "maxVisible",
    (texts) => texts.settings.maxVisible,
    { min: 0, max: last, step: 1, text: (index) => (index === last ? "∞" : formatNumber(kMost[index] ?? 0)) },
    (index) => change(kMost[index] as number),
  );
  return { ...field, show: (value) => field.show(Math.max(0, kMost.indexOf(value))) };
}
