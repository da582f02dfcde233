import { SottoError } from "../errors.js";
import type { Locale } from "../types.js";

/** "zh-CN" is "zh", "en-GB" is "en". Throws INVALID_ARGUMENT for a tag of any other language. */
export function localeOf(tag: string): Locale {
  const language = /^(zh|en)(?![a-z])/i.exec(tag)?.[1]?.toLowerCase();
  if (language) return language as Locale;
  throw new SottoError("INVALID_ARGUMENT", `locale "${tag}"`, { hint: "A tag of Chinese or English: zh-CN, en." });
}

/** The page's language if it is Chinese, else English. */
export const pageLocale = (): Locale =>
  /^zh/i.test((typeof document === "undefined" ? "" : document.documentElement.lang) || globalThis.navigator?.language)
    ? "zh"
    : "en";
