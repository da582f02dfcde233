import type { Locale, Price } from "../types.js";

/** "¥129.00", in the way of the viewer's language. Currencies have 0 to 4 decimals; `amount` counts the smallest. */
export function formatPrice({ amount, currency }: Price, locale: Locale): string {
  const format = new Intl.NumberFormat(locale === "zh" ? "zh-CN" : "en", {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
  });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}
