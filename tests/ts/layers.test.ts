// What layers compute before anything is drawn: lines, sizes, places, the clock on a card.
import { describe, expect, it } from "vitest";
import { countdown } from "../../sdk/ts/src/overlay/layers/card.js";
import { badgeRoom, measure, metricsOf, type TextToMeasure } from "../../sdk/ts/src/overlay/layers/comment.js";
import { buyRectangle, cardRectangle } from "../../sdk/ts/src/overlay/layers/placement.js";
import { isRightToLeft, singleLine, wrap } from "../../sdk/ts/src/overlay/layers/text.js";
import type { TextStyle } from "../../sdk/ts/src/overlay/model.js";
import type { Context2d } from "../../sdk/ts/src/overlay/surface.js";

const style = {
  fontSize: 25,
  fontFamily: "sans-serif",
  fontWeight: 600,
  outline: 3,
  outlineColor: "#000",
  shadow: 0,
  lineHeight: 1.5,
} as TextStyle;

/** Every character is ten pixels wide. */
const context = {
  font: "",
  measureText: (text: string) => ({ width: 10 * Array.from(text).length }),
} as unknown as Context2d;
const measured = (text: Partial<TextToMeasure>) =>
  measure(context, metricsOf(style, 1), { text: "", emotes: {}, role: "viewer", ...text });

describe("a line", () => {
  it("has no line breaks and no control characters", () => {
    expect(singleLine("  a\n b\t\tc \u0000\u001b\u009f")).toBe("a b c");
  });

  it("is cut where no lane could show it, never within a character", () => {
    expect(singleLine("茶".repeat(300))).toBe("茶".repeat(300));
    expect(singleLine("茶".repeat(301))).toBe(`${"茶".repeat(300)}…`);
    expect(singleLine(`${"x".repeat(299)}👍👍`)).toBe(`${"x".repeat(299)}👍…`);
  });

  it("goes the way of its first letter", () => {
    expect(["abc عربي", "123", "", "!? x", "\u200eعربي"].filter(isRightToLeft)).toEqual([]);
    expect(["عربي abc", "12 שלום", "\u200f12"].filter((text) => !isRightToLeft(text))).toEqual([]);
  });

  it("breaks between words and between Han characters", () => {
    const letters = (text: string) => Array.from(text).length;
    expect(wrap("Early-Spring Mountain Green Tea", 16, 3, letters)).toEqual(["Early-Spring", "Mountain Green", "Tea"]);
    expect(wrap("明前高山绿茶罐装", 5, 2, letters)).toEqual(["明前高山绿", "茶罐装"]);
    expect(wrap("明前高山绿茶五十克罐装", 5, 2, letters)).toEqual(["明前高山绿", "茶五十克…"]);
    expect(wrap("Supercalifragilistic", 8, 2, letters)).toEqual(["Superca…"]);
    expect(wrap("", 5, 2, letters)).toEqual([]);
  });
});

describe("a comment's metrics", () => {
  it("are whole device pixels", () => {
    expect(metricsOf(style, 1.5)).toMatchObject({ fontPixels: 38, height: 57 });
  });

  it("follow the comment's size, up to the lane's height", () => {
    expect(metricsOf(style, 1, 0.5)).toMatchObject({ fontPixels: 13, height: 20 });
    expect(metricsOf(style, 1, 4)).toMatchObject({ fontPixels: 100, height: 150 });
    expect(metricsOf(style, 1, 4, 38)).toMatchObject({ fontPixels: 30, height: 38 });
    expect(metricsOf({ ...style, lineHeight: 1 }, 1, 1, 25)).toMatchObject({ fontPixels: 25, height: 25 });
  });

  it("leave room for outline, shadow and a count", () => {
    expect(metricsOf({ ...style, outline: 8, shadow: 16 }, 2).padding).toBeGreaterThanOrEqual(40);
    expect(badgeRoom(metricsOf(style, 1))).toBeGreaterThan(style.fontSize);
  });
});

describe("a measured comment", () => {
  it("is as wide as its text and the padding on both sides", () => {
    expect(measured({ text: "abc" }).width).toBe(30 + 2 * metricsOf(style, 1).padding);
    expect(measured({ text: "" }).width).toBeGreaterThan(0);
  });

  it("is split by its pictures, the longest token first, whatever characters they have", () => {
    const emotes = { ":)": "smile", ":))": "laugh", "[a|b](*)": "odd" };
    const { runs } = measured({ text: "hi :)) yo:)[a|b](*)", emotes });
    expect(runs.map(({ text, picture }) => picture || text)).toEqual(["hi ", "laugh", " yo", "smile", "odd"]);
    for (const [i, { x, width }] of runs.entries()) expect(runs[i + 1]?.x ?? x + width).toBe(x + width);
  });

  it("puts its runs from right to left if its words go that way, whatever the tokens' letters", () => {
    const { runs, rightToLeft } = measured({ text: "[rose] شكرا [rose]!", emotes: { "[rose]": "rose" } });
    expect(rightToLeft).toBe(true);
    expect(runs.map(({ text, picture }) => picture || text)).toEqual(["!", "rose", " شكرا ", "rose"]);
  });

  it("does not take a token for an inherited property", () => {
    expect(measured({ text: "toString constructor" }).runs).toHaveLength(1);
  });

  it("keeps room for the tag of a role", () => {
    expect(measured({ text: "a", role: "vip" }).width).toBeGreaterThan(measured({ text: "a" }).width + 30);
  });
});

describe("a card", () => {
  it("stays inside every player, its button inside the card", () => {
    for (const [width, height] of [
      [3840, 2160],
      [1280, 720],
      [640, 360],
      [320, 180],
      [200, 90],
    ] as const) {
      const geometry = { width, height, ratio: 1 };
      const place = cardRectangle(geometry);
      expect(place.x).toBeGreaterThanOrEqual(0);
      expect(place.y).toBeGreaterThanOrEqual(0);
      expect(place.x + place.width).toBeLessThanOrEqual(width);
      expect(place.y + place.height).toBeLessThanOrEqual(height);
      const buy = buyRectangle(geometry);
      expect(buy.x).toBeGreaterThan(0);
      expect(buy.x + buy.width).toBeLessThan(place.width);
      expect(buy.y + buy.height).toBeLessThan(place.height);
    }
  });

  it("counts whole seconds that are left", () => {
    expect([42, 41.2, 0.1, 0, -3, 60, 3599.5, 3661].map(countdown)).toEqual([
      "00:42",
      "00:42",
      "00:01",
      "00:00",
      "00:00",
      "01:00",
      "1:00:00",
      "1:01:01",
    ]);
  });
});
