// The parts of the overlay that need no canvas.
import { describe, expect, it } from "vitest";
import { cardRectangle, wrap } from "../../sdk/ts/src/overlay/card.js";
import { checkOptions, styleOf } from "../../sdk/ts/src/overlay/options.js";
import { metricsOf, singleLine } from "../../sdk/ts/src/overlay/text.js";
import { formatPrice } from "../../sdk/ts/src/session/price.js";

describe("overlay options", () => {
  it.each([
    ["fontSize", 7, "8 to 128."],
    ["fontSize", Number.NaN, "8 to 128."],
    ["opacity", 1.01, "0 to 1."],
    ["crossing", 0.5, "1 to 60."],
    ["area", -0.1, "0 to 1."],
    ["patience", 61, "0 to 60."],
    ["mode", "fast", "auto, scroll or list."],
  ])("refuse %s = %s, naming the range", (name, value, hint) => {
    expect(() => checkOptions({ [name]: value })).toThrowError(
      expect.objectContaining({ code: "INVALID_ARGUMENT", message: `overlay option ${name} is ${value}`, hint }),
    );
  });

  it("accept the ends of their ranges", () => {
    checkOptions({ fontSize: 8, opacity: 0, crossing: 60, area: 1, patience: 0, mode: "list" });
    checkOptions({});
  });

  it("default to smaller type on a small player", () => {
    expect(styleOf({}, 639).fontSize).toBe(18);
    expect(styleOf({}, 640).fontSize).toBe(24);
    expect(styleOf({ fontSize: 30 }, 100).fontSize).toBe(30);
  });
});

describe("text", () => {
  it("is one line, cut where no lane could show it, never within a character", () => {
    expect(singleLine("  a\n b\t\tc ")).toBe("a b c");
    expect(singleLine("茶".repeat(301))).toBe(`${"茶".repeat(300)}…`);
    expect(singleLine(`${"x".repeat(299)}👍👍`)).toBe(`${"x".repeat(299)}…`);
  });

  it("has whole device pixels", () => {
    const style = styleOf({ fontSize: 25 }, 1000);
    expect(metricsOf(style, 1.5)).toMatchObject({ fontPixels: 38, laneHeight: 57 });
  });
});

describe("card", () => {
  const measure = (text: string) => Array.from(text).length;

  it("stays inside every player", () => {
    for (const [width, height] of [
      [1280, 720],
      [640, 360],
      [320, 180],
      [200, 90],
    ] as const) {
      const place = cardRectangle({ width, height, ratio: 1 });
      expect(place.x).toBeGreaterThanOrEqual(0);
      expect(place.y).toBeGreaterThanOrEqual(0);
      expect(place.x + place.width).toBeLessThanOrEqual(width);
      expect(place.y + place.height).toBeLessThanOrEqual(height);
    }
  });

  it("breaks titles between words and between Han characters", () => {
    expect(wrap("Early-Spring Mountain Green Tea", 16, 3, measure)).toEqual(["Early-Spring", "Mountain Green", "Tea"]);
    expect(wrap("明前高山绿茶罐装", 5, 2, measure)).toEqual(["明前高山绿", "茶罐装"]);
    expect(wrap("", 5, 2, measure)).toEqual([]);
  });

  it("ends in an ellipsis what does not fit", () => {
    expect(wrap("明前高山绿茶五十克罐装", 5, 2, measure)).toEqual(["明前高山绿", "茶五十克…"]);
    expect(wrap("Supercalifragilistic", 8, 2, measure)).toEqual(["Superca…"]);
  });
});

it("writes prices as the viewer's language does", () => {
  expect(formatPrice({ amount: 9800, currency: "CNY" }, "zh")).toBe("¥98.00");
  expect(formatPrice({ amount: 9800, currency: "CNY" }, "en")).toBe("¥98.00");
  expect(formatPrice({ amount: 1234, currency: "JPY" }, "en")).toBe("¥1,234");
  expect(formatPrice({ amount: 123456, currency: "USD" }, "en")).toBe("$1,234.56");
});
