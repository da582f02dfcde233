// What the overlay writes for viewers to read.
import { expect, it } from "vitest";
import { styleOf } from "../../sdk/ts/src/overlay/options.js";
import { formatPrice } from "../../sdk/ts/src/session/price.js";

it("has smaller type on a small player, unless the page says how large", () => {
  expect(styleOf({}, 639).fontSize).toBe(18);
  expect(styleOf({}, 640).fontSize).toBe(24);
  expect(styleOf({ fontSize: 30 }, 100).fontSize).toBe(30);
});

it("writes prices as the viewer's language does", () => {
  expect(formatPrice({ amount: 9800, currency: "CNY" }, "zh")).toBe("¥98.00");
  expect(formatPrice({ amount: 9800, currency: "CNY" }, "en")).toBe("¥98.00");
  expect(formatPrice({ amount: 1234, currency: "JPY" }, "en")).toBe("¥1,234");
  expect(formatPrice({ amount: 123456, currency: "USD" }, "en")).toBe("$1,234.56");
});
