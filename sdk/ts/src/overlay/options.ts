// Checks OverlayOptions and fills in their defaults.
import { SottoError } from "../errors.js";
import type { OverlayOptions } from "../types.js";
import type { TextStyle } from "./model.js";
import { defaultFontFamily } from "./text.js";

const ranges = {
  fontSize: [8, 128],
  opacity: [0, 1],
  crossing: [1, 60],
  area: [0, 1],
  patience: [0, 60],
} as const;

/** Throws INVALID_ARGUMENT naming the option and its range. */
export function checkOptions(options: OverlayOptions): void {
  for (const [name, [least, most]] of Object.entries(ranges)) {
    const value = options[name as keyof typeof ranges];
    if (value === undefined || (typeof value === "number" && value >= least && value <= most)) continue;
    throw new SottoError("INVALID_ARGUMENT", `overlay option ${name} is ${value}`, { hint: `${least} to ${most}.` });
  }
  const { mode = "auto" } = options;
  if (!["auto", "scroll", "list"].includes(mode)) {
    throw new SottoError("INVALID_ARGUMENT", `overlay option mode is ${mode}`, { hint: "auto, scroll or list." });
  }
}

/** `width` is the overlay's, in CSS pixels. */
export const styleOf = (options: OverlayOptions, width: number): TextStyle => ({
  fontSize: options.fontSize ?? (width < 640 ? 18 : 24),
  fontFamily: options.fontFamily ?? defaultFontFamily,
  color: options.color ?? "#ffffff",
  ownColor: options.ownColor ?? "#ffd60a",
  opacity: options.opacity ?? 1,
  crossing: options.crossing ?? 8,
  area: options.area ?? 0.75,
  patience: options.patience ?? 3,
});
