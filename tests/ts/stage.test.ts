// The stage's parts that need no canvas: what is planned, what panels say, how often a comment was said, how frames went.
import { type Core, Entrance, loadCore } from "@sotto/live/core";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Planner, PlannerPanel } from "../../sdk/ts/src/core/planner.js";
import { metricsOf } from "../../sdk/ts/src/overlay/layers/comment.js";
import type { TimedText } from "../../sdk/ts/src/overlay/model.js";
import { styleOf } from "../../sdk/ts/src/overlay/options.js";
import { FrameStats } from "../../sdk/ts/src/overlay/stage/frame-stats.js";
import { countAt, type Known } from "../../sdk/ts/src/overlay/stage/known.js";
import { Panels } from "../../sdk/ts/src/overlay/stage/panels.js";
import { mostRatio, plannerOptions } from "../../sdk/ts/src/overlay/stage/planner-options.js";
import { wasmOf } from "./support/files.js";
import { Dice } from "./support/random.js";

describe("a recorded comment's count", () => {
  const known = (counts: Known["counts"]) => ({ count: 7, counts }) as Known;
  const counts = [
    { at: 10, count: 2 },
    { at: 12, count: 3 },
    { at: 20, count: 4 },
  ];

  it("is that of its time, from each change on", () => {
    const times = [0, 9.999, 10, 11.9, 12, 19.9, 20, 1000];
    expect(times.map((time) => countAt(known(counts), time))).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
    expect(countAt(known([]), 5)).toBe(1);
  });

  it("is counted up where it is live", () => {
    expect(countAt(known(undefined), 0)).toBe(7);
  });
});

describe("the planner's options", () => {
  let core: Core;
  beforeAll(async () => {
    core = await loadCore({ wasm: wasmOf("simd") });
  });

  it("are ones that the planner takes, with strips that a canvas can have", () => {
    const dice = new Dice(7);
    for (let i = 0; i < 400; i++) {
      const geometry = {
        width: dice.int(1, 7680),
        height: dice.int(1, 4320),
        ratio: dice.pick([0.5, 1, 1.25, 2, 3, 4]),
      };
      const maxSide = dice.pick([4096, 8192, 16_384, 32_767]);
      const style = styleOf(
        {
          fontSize: dice.int(8, 128),
          lineHeight: 1 + 2 * dice.unit(),
          area: dice.pick([0, 0.25, 0.75, 1]),
          crossing: dice.int(1, 60),
          speedSpread: dice.unit() / 2,
          density: dice.pick(["sparse", "normal", "dense", "all"] as const),
          ...(dice.unit() < 0.3 && { lanes: dice.int(1, 2048) }),
          ...(dice.unit() < 0.3 && { merges: false, reverseLanes: dice.int(0, 2048) }),
        },
        geometry.width,
      );
      geometry.ratio = Math.min(geometry.ratio, mostRatio(geometry, style, maxSide));
      const metrics = metricsOf(style, geometry.ratio);
      const reverse = dice.unit() < 0.5;
      const options = plannerOptions({
        geometry,
        style,
        metrics,
        unit: dice.int(8, 128),
        merges: false,
        reverse,
        maxSide,
      });
      const what = JSON.stringify({ geometry, maxSide, options });
      expect(options.lanes, what).toBeGreaterThanOrEqual(1);
      expect(options.reverseLanes, what).toBeLessThanOrEqual(options.lanes);
      const planner = core.createPlanner(options);
      expect(planner.stripWidth, what).toBeLessThanOrEqual(maxSide);
      expect(planner.stripHeight, what).toBeLessThanOrEqual(maxSide);
      expect(planner.stripWidth * planner.stripHeight, what).toBeLessThanOrEqual(16_777_216);
      planner.dispose();
      expect(options.width * options.height, what).toBeLessThanOrEqual(16_777_216);
    }
  });

  it("keep every device pixel of common screens", () => {
    for (const [width, height, ratio] of [
      [1280, 720, 2],
      [2560, 1440, 1.5],
      [3840, 2160, 1],
      [430, 932, 3],
      [1366, 1024, 2],
    ] as const) {
      const geometry = { width, height, ratio };
      expect(mostRatio(geometry, styleOf({ area: 1 }, width), 16_384)).toBeGreaterThanOrEqual(ratio);
    }
  });

  it("have a sixth of the lanes for comments that flow to the right, once there is one", () => {
    const geometry = { width: 1280, height: 720, ratio: 1 };
    const of = (options: object, reverse: boolean) => {
      const style = styleOf({ area: 1, ...options }, geometry.width);
      const metrics = metricsOf(style, 1);
      return plannerOptions({
        geometry,
        style,
        metrics,
        unit: metrics.fontPixels,
        merges: false,
        reverse,
        maxSide: 16_384,
      });
    };
    expect(of({}, false).reverseLanes).toBe(0);
    expect(of({}, true).reverseLanes).toBe(Math.ceil(of({}, true).lanes / 6));
    expect(of({ reverseLanes: 2 }, false).reverseLanes).toBe(2);
    expect(of({ lanes: 3 }, true).lanes).toBe(3);
    expect(of({}, true).textScale).toBe(1_000_000);
  });
});

describe("panels", () => {
  const geometry = { width: 960, height: 540, ratio: 1 };
  let planned: Map<number, PlannerPanel>;
  let panels: Panels;
  let texts: string[];

  beforeEach(() => {
    texts = [];
    const context = new Proxy({} as Record<string | symbol, unknown>, {
      get: (fields, name) =>
        fields[name] ??
        ((text: unknown) => {
          if (name === "fillText") texts.push(String(text));
          return { width: 10, addColorStop: () => {} };
        }),
    });
    vi.stubGlobal(
      "OffscreenCanvas",
      class {
        getContext = () => context;
      },
    );
    planned = new Map();
    const planner = {
      addPanel: (panel: PlannerPanel) => planned.set(panel.id, panel),
      removePanel: (id: number) => planned.delete(id),
    } as unknown as Planner;
    panels = new Panels(
      planner,
      geometry,
      () => undefined,
      () => "sans-serif",
    );
    return () => vi.unstubAllGlobals();
  });

  const gift = (user: string, count = 1) => ({ user, words: "sent Rose", count, picture: "" });
  const shown = () =>
    [...planned.values()].map(({ id, at, duration }) => ({ id, at: at / 1e6, until: (at + duration) / 1e6 }));
  /** What is drawn on each panel at a time. */
  const words = (now: number) => {
    texts = [];
    const sprites = [...planned.keys()].map((id) => panels.sprite(id, now));
    return { texts: texts.join(" "), versions: sprites.map((sprite) => sprite?.version) };
  };

  it("count the same gift up in its place, and stay as long again", () => {
    panels.gift(gift("Ann", 2), 10);
    const before = words(10);
    expect(before.texts).toContain("2");
    panels.gift(gift("Ann", 3), 12);
    expect(shown()).toEqual([{ id: 2, at: 10, until: 15 }]);
    const after = words(12);
    expect(after.texts).toContain("5");
    expect(after.versions).not.toEqual(before.versions);
    expect(words(12.5).versions).toEqual(after.versions);
  });

  it("start over with a gift that was gone", () => {
    panels.gift(gift("Ann", 2), 10);
    panels.gift(gift("Ann", 2), 13.5);
    expect(shown()[0]).toMatchObject({ at: 10 });
    const { at } = shown().find(({ at }) => at === 13.5) ?? {};
    expect(at).toBe(13.5);
  });

  it("share the slots among givers: another takes the one that is free first", () => {
    panels.gift(gift("Ann"), 10);
    panels.gift(gift("Bob"), 11);
    panels.gift(gift("Cai"), 12);
    expect(shown()).toEqual([
      { id: 2, at: 12, until: 15 },
      { id: 3, at: 11, until: 14 },
    ]);
    expect(planned.get(2)?.entrance).toBe(Entrance.slide);
    expect(planned.get(2)?.y).toBeGreaterThan(planned.get(3)?.y ?? 0);
  });

  it("queue notices, and do not after a seek back", () => {
    panels.notice({ text: "a", duration: 5 }, 1000);
    panels.notice({ text: "b", duration: 2 }, 1001);
    panels.notice({ text: "c", duration: 2 }, 5);
    expect(shown().map(({ at, until }) => [at, until])).toEqual([
      [1000, 1005],
      [1005, 1007],
      [5, 7],
    ]);
    panels.tidy(1066);
    expect(shown()).toMatchObject([{ at: 1005 }]);
  });

  it("let a pinned comment go with its exit, and pin the next in its place", () => {
    const comment = (text: string) => ({ text, user: "Ann" }) as TimedText;
    panels.pin(null, 1);
    expect(planned.size).toBe(0);
    panels.pin({ comment: comment("a"), duration: Number.POSITIVE_INFINITY }, 10);
    expect(shown()[0]?.until).toBeGreaterThan(86_400);
    panels.pin(null, 12);
    expect(shown()).toMatchObject([{ at: 10 }]);
    expect(shown()[0]?.until).toBeCloseTo(12.24, 5);
    panels.pin({ comment: comment("b"), duration: 4 }, 13);
    expect(shown()).toEqual([{ id: 1, at: 13, until: 17 }]);
  });

  it("draw a card anew for each second that is left, for new words and for a picture that came", () => {
    const card = { id: 9, title: "Tea", price: "¥98", buy: "Buy", picture: "", enters: 10, duration: 30 };
    panels.setCards([card]);
    const first = words(10.2);
    expect(first.texts).toContain("00:30");
    expect(words(10.9).versions).toEqual(first.versions);
    const next = words(11.5);
    expect(next.texts).toContain("00:29");
    panels.setCards([{ ...card, price: "¥88" }]);
    const cheaper = words(11.5);
    expect(cheaper.texts).toContain("¥88");
    panels.pictureCame();
    expect(words(11.5).versions).not.toEqual(cheaper.versions);
    expect(planned.size).toBe(1);
    expect(panels.visibleCards(9.9)).toEqual([]);
    expect(panels.visibleCards(10)).toMatchObject([{ id: 9 }]);
    expect(panels.visibleCards(40)).toEqual([]);
    panels.setCards([]);
    expect(planned.size).toBe(0);
  });

  it("keep the cards alone when the screen is cleared, and plan all anew for another size", () => {
    const card = { id: 9, title: "Tea", price: "¥98", buy: "Buy", picture: "", enters: 10, duration: 30 };
    panels.setCards([card]);
    panels.notice({ text: "a", duration: 5 }, 0);
    const [id] = [...planned.keys()];
    planned.clear();
    panels.clear();
    expect([...planned.keys()]).toEqual([id]);
    const before = planned.get(id as number)?.width ?? 0;
    panels.setGeometry({ ...geometry, ratio: 2 });
    expect(planned.get(id as number)?.width).toBe(2 * before);
  });
});

describe("frame statistics", () => {
  it("are the longest interval and the 95th percentile of the work, and start over", () => {
    const stats = new FrameStats();
    expect(stats.take()).toEqual({ longestFrame: 0, frameTime: 0 });
    for (let i = 1; i <= 100; i++) stats.note(i === 40 ? 70 : 16, i / 10);
    const { longestFrame, frameTime } = stats.take();
    expect(longestFrame).toBe(70);
    expect(frameTime).toBeCloseTo(9.6, 5);
    expect(stats.take()).toEqual({ longestFrame: 0, frameTime: 0 });
  });

  it("count no more frames than they keep", () => {
    const stats = new FrameStats();
    for (let i = 0; i < 5000; i++) stats.note(10, 1);
    stats.note(99, 50);
    expect(stats.take()).toEqual({ longestFrame: 99, frameTime: 1 });
  });
});
