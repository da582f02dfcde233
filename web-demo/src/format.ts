// Numbers, money, time and sizes in the page's language.

import { language } from "./language.js";

function locale(): string {
  return language() === "zh" ? "zh-CN" : "en-GB";
}

export function formatNumber(value: number, digits = 0): string {
  return new Intl.NumberFormat(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    value,
  );
}

export function formatTime(unixMs: number, unit: "second" | "minute" = "second"): string {
  return new Intl.DateTimeFormat(locale(), {
    hour: "2-digit",
    minute: "2-digit",
    second: unit === "second" ? "2-digit" : undefined,
    hour12: false,
  }).format(unixMs);
}

/** "+0.42", "−1.30": with a sign, and a minus that is as wide as a plus. */
export function formatSigned(value: number, digits = 2): string {
  const text = formatNumber(Math.abs(value), digits);
  return value < 0 ? `−${text}` : value > 0 ? `+${text}` : text;
}

/** 1e-5 as "10⁻⁵" where it is a power of ten, else in short scientific form. */
export function formatDelta(delta: number): string {
  const exponent = Math.round(Math.log10(delta));
  if (Math.abs(delta / 10 ** exponent - 1) > 1e-9) return delta.toExponential(1);
  const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  return `10${exponent < 0 ? "⁻" : ""}${[...String(Math.abs(exponent))].map((d) => digits[Number(d)]).join("")}`;
}
