// Checks OverlayOptions and comments, and fills in the options' defaults.
import type { CommentStyle, Insets, OverlayComment, OverlayOptions } from "../types.js";
import { check, type Rule } from "./check.js";
import type { Selection, TextStyle } from "./model.js";

/**
 * Each platform's clean CJK face, which also has its Latin: one line of one weight in either script. Then colour emoji,
 * before a system's face that may have them in black and white.
 */
export const defaultFontFamily =
  '"PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", ' +
  '"WenQuanYi Micro Hei", Roboto, Arial, "Liberation Sans", "Noto Sans", ' +
  '"Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji", system-ui, sans-serif';

const modes = ["scroll", "reverse", "top", "bottom", "free"] as const;
const insets: Readonly<Record<keyof Insets, Rule>> = {
  top: [0, 4096],
  right: [0, 4096],
  bottom: [0, 4096],
  left: [0, 4096],
};

export const optionRules: Readonly<Record<Exclude<keyof OverlayOptions, "safeArea">, Rule>> = {
  fontSize: [8, 128],
  fontFamily: "string",
  fontWeight: [100, 900],
  color: "string",
  ownColor: "string",
  outline: [0, 8],
  outlineColor: "string",
  shadow: [0, 16],
  opacity: [0, 1],
  speed: { words: ["slow", "normal", "fast"] },
  crossing: [1, 60],
  speedSpread: [0, 0.5],
  still: [0.1, 60],
  area: [0, 1],
  lineHeight: [1, 3],
  lanes: [1, 2048, 1],
  reverseLanes: [0, 2048, 1],
  maxPixelRatio: [1, 4],
  density: { words: ["off", "sparse", "normal", "dense", "all"] },
  overlap: { words: ["never", "whenFull", "always"] },
  maxVisible: [0, 100_000, 1],
  patience: [0, 60],
  merge: [0, 600],
  hiddenModes: { list: modes.length, words: modes },
  blockedWords: { list: 1000 },
  blockedUsers: { list: 10_000 },
  filter: "function",
  prioritise: "function",
  cards: "boolean",
  effects: "boolean",
  interactive: "boolean",
  frameBudget: "boolean",
  mode: { words: ["auto", "scroll", "list"] },
  backend: { words: ["auto", "canvas2d", "webgl2"] },
};

/** Throws INVALID_ARGUMENT naming the option and its range. */
export function checkOptions(options: OverlayOptions): void {
  check("overlay option", optionRules, options);
  if (options.safeArea) check("overlay option safeArea's", insets, options.safeArea);
}

const commentRules: Readonly<Partial<Record<keyof OverlayComment, Rule>>> = {
  text: "string",
  id: "string",
  user: "string",
  color: "string",
  mode: { words: modes },
  x: [0, 1],
  y: [0, 1],
  duration: [0.1, 60],
  size: [0.25, 4],
  role: { words: ["viewer", "vip", "host"] },
};
const styleRules: Readonly<Record<keyof CommentStyle, Rule>> = {
  gradient: { list: 8 },
  border: "string",
  background: "string",
};

/** Throws INVALID_ARGUMENT naming the field and its range. */
export function checkComment(comment: Partial<OverlayComment>): void {
  check("the comment's", commentRules, comment);
  if (comment.style) check("the comment's style's", styleRules, comment.style);
}

const crossings = { slow: 12, normal: 8, fast: 5 };
/** Font sizes between two comments of a lane. A common comment is about nine wide: then a third of a lane is used. */
const gaps = { off: 1, sparse: 18, normal: 1, dense: 1 / 3, all: 1 / 3 };

/** `width` is the overlay's, in CSS pixels; `calm`: the viewer prefers reduced motion. */
export function styleOf(options: OverlayOptions, width: number, calm = false): TextStyle {
  const { density = "normal", fontSize = width < 640 ? 18 : width < 2560 ? 24 : 40 } = options;
  return {
    fontSize,
    fontFamily: options.fontFamily ?? defaultFontFamily,
    fontWeight: options.fontWeight ?? 600,
    color: options.color ?? "#ffffff",
    ownColor: options.ownColor ?? "#ffd60a",
    outline: options.outline ?? fontSize / 9,
    outlineColor: options.outlineColor ?? "rgba(0, 0, 0, 0.72)",
    shadow: options.shadow ?? 0,
    opacity: options.opacity ?? 1,
    crossing: options.crossing ?? crossings[options.speed ?? "normal"],
    speedSpread: options.speedSpread ?? 0.06,
    still: options.still ?? 5,
    area: options.area ?? 0.75,
    lineHeight: options.lineHeight ?? 1.5,
    lanes: options.lanes ?? 0,
    reverseLanes: options.reverseLanes,
    gap: gaps[density] * fontSize,
    overlap: options.overlap ?? (density === "all" ? "whenFull" : "never"),
    maxVisible: options.maxVisible ?? 10_000,
    patience: options.patience ?? 3,
    effects: options.effects ?? !calm,
    frameBudget: options.frameBudget ?? true,
  };
}

export const selectionOf = (options: OverlayOptions): Selection => ({
  off: options.density === "off",
  merge: options.merge ?? 10,
  hiddenModes: options.hiddenModes ?? [],
  blockedWords: options.blockedWords ?? [],
  blockedUsers: options.blockedUsers ?? [],
  asks: Boolean(options.filter ?? options.prioritise),
});
