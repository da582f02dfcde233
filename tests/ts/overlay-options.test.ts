// The overlay's options: what is refused, and what each of them means for the engine.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { css as interactionCss } from "../../sdk/ts/src/overlay/interaction/css.js";
import { css as listCss } from "../../sdk/ts/src/overlay/list.js";
import { rectangleIn } from "../../sdk/ts/src/overlay/mask/follow.js";
import { checkOptions, optionRules, selectionOf, styleOf } from "../../sdk/ts/src/overlay/options.js";
import { root } from "./support/files.js";

const refusal = (message: string, hint: string) =>
  expect.objectContaining({ code: "INVALID_ARGUMENT", message: `overlay option ${message}`, hint });

describe("options out of range", () => {
  it.each(Object.entries(optionRules).filter(([, rule]) => Array.isArray(rule)))("are refused: %s", (name, rule) => {
    const [least, most, step] = rule as [number, number, number?];
    const hint = `${least} to ${most}${step ? ", whole" : ""}.`;
    for (const value of [least - 0.01, most + 0.01, Number.NaN, Number.POSITIVE_INFINITY, "1", null]) {
      expect(() => checkOptions({ [name]: value })).toThrowError(refusal(`${name} is ${value}`, hint));
    }
    for (const value of [least, most, undefined]) checkOptions({ [name]: value });
    if (step)
      expect(() => checkOptions({ [name]: least + 0.5 })).toThrowError(refusal(`${name} is ${least + 0.5}`, hint));
  });

  it.each([
    [{ density: "full" }, "density is full", "off, sparse, normal, dense or all."],
    [{ speed: "quick" }, "speed is quick", "slow, normal or fast."],
    [{ mode: "fast" }, "mode is fast", "auto, scroll or list."],
    [{ color: 7 }, "color is 7", "A string."],
    [{ cards: "yes" }, "cards is yes", "A boolean."],
    [{ filter: "no" }, "filter is no", "A function."],
    [{ hiddenModes: ["left"] }, "hiddenModes is a list of 1", "At most 5 of scroll, reverse, top, bottom or free."],
    [{ blockedWords: Array(1001).fill("x") }, "blockedWords is a list of 1001", "At most 1000 strings."],
    [{ blockedUsers: [7] }, "blockedUsers is a list of 1", "At most 10000 strings."],
    [{ blockedUsers: "Ann" }, "blockedUsers is Ann", "At most 10000 strings."],
    [{ safeArea: { left: -1 } }, "safeArea's left is -1", "0 to 4096."],
  ])("are refused: %o", (options, message, hint) => {
    expect(() => checkOptions(options as never)).toThrowError(refusal(message, hint));
  });
});

describe("options mean", () => {
  it("density: how much room lies between two comments, and whether they cover each other", () => {
    const of = (options: object) => {
      const { gap, overlap } = styleOf({ fontSize: 30, ...options }, 1000);
      return { gap, overlap, off: selectionOf(options).off };
    };
    expect(of({})).toEqual({ gap: 30, overlap: "never", off: false });
    expect(of({ density: "sparse" }).gap).toBeGreaterThan(8 * 30);
    expect(of({ density: "dense" })).toEqual({ gap: 10, overlap: "never", off: false });
    expect(of({ density: "all" })).toEqual({ gap: 10, overlap: "whenFull", off: false });
    expect(of({ density: "all", overlap: "never" }).overlap).toBe("never");
    expect(of({ density: "off" }).off).toBe(true);
  });

  it("speed: a time from edge to edge, which `crossing` goes before", () => {
    expect(["slow", "normal", "fast"].map((speed) => styleOf({ speed } as never, 1000).crossing)).toEqual([12, 8, 5]);
    expect(styleOf({ speed: "fast", crossing: 9 }, 1000).crossing).toBe(9);
  });

  it("effects: off where the viewer prefers reduced motion, unless the page insists", () => {
    expect(styleOf({}, 1000).effects).toBe(true);
    expect(styleOf({}, 1000, true).effects).toBe(false);
    expect(styleOf({ effects: true }, 1000, true).effects).toBe(true);
  });

  it("hooks: the engine leaves the room's comments to the page", () => {
    expect(selectionOf({}).asks).toBe(false);
    expect(selectionOf({ filter: () => true }).asks).toBe(true);
    expect(selectionOf({ prioritise: () => 1 }).asks).toBe(true);
  });

  it("an outline of a ninth of the type", () => {
    expect(styleOf({ fontSize: 36 }, 1000).outline).toBe(4);
    expect(styleOf({ fontSize: 36, outline: 0 }, 1000).outline).toBe(0);
  });
});

describe("an element as a mask", () => {
  const outer = { left: 100, top: 50, width: 200, height: 100 };

  it("is a share of the overlay, cut at its edges", () => {
    expect(rectangleIn(outer, { left: 150, top: 75, width: 100, height: 50 })).toEqual([
      { x: 0.25, y: 0.25, width: 0.5, height: 0.5 },
    ]);
    expect(rectangleIn(outer, { left: 0, top: 0, width: 200, height: 100 })).toEqual([
      { x: 0, y: 0, width: 0.5, height: 0.5 },
    ]);
  });

  it("is nowhere when it is beside the overlay or has no size", () => {
    expect(rectangleIn(outer, { left: 300, top: 50, width: 10, height: 10 })).toEqual([]);
    expect(rectangleIn(outer, { left: 150, top: 75, width: 0, height: 0 })).toEqual([]);
    expect(rectangleIn({ ...outer, width: 0 }, { left: 150, top: 75, width: 10, height: 10 })).toEqual([]);
  });
});

describe("the list and the menu", () => {
  /** Relative luminance of WCAG 2. */
  const luminance = (channels: readonly number[]) => {
    const [r = 0, g = 0, b = 0] = channels.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: readonly number[], b: readonly number[]) => {
    const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  };
  const hex = (text: string) => {
    const digits = text.length === 3 ? [...text].map((digit) => digit + digit).join("") : text;
    return [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16));
  };
  const css = listCss + interactionCss;
  const rule = (selector: string) => css.slice(css.indexOf(`\n${selector} {`)).split("}")[0] ?? "";
  const colour = (selector: string) => hex(/[ ;]color: #(\w+)/.exec(rule(selector))?.[1] ?? "");

  it("read at 4.5:1 or better on any video", () => {
    const alpha = Number(/background: rgb\(0 0 0 \/ ([\d.]+)\)/.exec(rule("ol"))?.[1]);
    expect(alpha).toBeGreaterThan(0);
    const onWhite = Array(3).fill(255 * (1 - alpha)); // a white video is the worst
    for (const selector of ["ol", ".own", ".notice"]) {
      expect(contrast(colour(selector), onWhite), selector).toBeGreaterThanOrEqual(4.5);
    }
    for (const background of ["[role=menu]", "[role=menuitem]:hover, [role=menuitem]:focus"]) {
      const dark = hex(/background: #(\w+)/.exec(rule(background))?.[1] ?? "");
      expect(contrast(colour("[role=menuitem]"), dark), background).toBeGreaterThanOrEqual(4.5);
    }
  });
});

describe("docs/overlay.md", () => {
  const page = readFileSync(join(root, "docs/overlay.md"), "utf8");
  const rows = new Map(
    [...page.matchAll(/^\| `(\w+)` \| ([^|]*) \| ([^|]*) \|[^|]*\|$/gm)].map(
      ([, name = "", range = "", fallback = ""]) => [name, { range, fallback }],
    ),
  );

  it("names every option of types.ts", () => {
    const types = readFileSync(join(root, "sdk/ts/src/types.ts"), "utf8");
    const body = types.slice(types.indexOf("interface OverlayOptions {")).split("\n}")[0] ?? "";
    const names = [...body.matchAll(/^ {2}(\w+)\?:/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(30);
    expect([...rows.keys()].sort()).toEqual(names.sort());
  });

  it.each(["OverlayApi", "LiveSessionEvents"])("names everything of %s that is the overlay's", (name) => {
    const types = readFileSync(join(root, "sdk/ts/src/types.ts"), "utf8");
    const body = types.slice(types.indexOf(`interface ${name} {`)).split("\n}")[0] ?? "";
    const names = [...body.matchAll(/^ {2}(?:readonly )?(\w+)[(:]/gm)].map(([, each = ""]) => each);
    expect(names.length).toBeGreaterThan(10);
    const elsewhere = [
      "refuse",
      "burst",
      "moodchange",
      "trending",
      "product",
      "recommendations",
      "model",
      "manifest",
      "ledger",
      "consent",
      "connection",
      "error",
    ];
    for (const each of names) {
      if (!elsewhere.includes(each))
        expect(page).toMatch(new RegExp(`^\\| (\`${each}\\b|${each} \\||.*\`${each}\`)`, "m"));
    }
  });

  it.each(Object.entries(optionRules))("says what %s may be", (name, rule) => {
    const range = rows.get(name)?.range ?? "";
    if (Array.isArray(rule)) {
      expect(range).toContain(`${rule[0].toLocaleString("en")} to ${rule[1].toLocaleString("en")}`);
    } else if (typeof rule === "object" && "list" in rule) expect(range).toContain(rule.list.toLocaleString("en"));
    else if (typeof rule === "object" && "words" in rule)
      for (const word of rule.words) expect(range).toContain(`\`${word}\``);
  });

  it("says what the defaults are", () => {
    const style = styleOf({}, 1000) as unknown as Record<string, unknown>;
    const selection = selectionOf({}) as unknown as Record<string, unknown>;
    for (const [name, { fallback }] of rows) {
      const value = style[name as string] ?? selection[name as string];
      if (typeof value === "number" && !["fontSize", "outline", "crossing", "lanes"].includes(name as string)) {
        expect(fallback, name).toContain(value.toLocaleString("en"));
      }
    }
  });
});
