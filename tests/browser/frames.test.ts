// Frames of the real stage: what is where, and that the same time is the same picture.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { useCanvasPage } from "./canvas-page.js";
import type { FramesPage } from "./pages/frames.js";

declare global {
  interface Window {
    stages: FramesPage;
  }
}

// Emulated, a GPU rounds by where on the canvas it draws: what is compared byte for byte is drawn without one.
const canvas = useCanvasPage("frames.ts", ["--disable-accelerated-2d-canvas", "--js-flags=--expose-gc"]);
const backends = ["canvas2d", "webgl2"] as const;
const modes = ["scroll", "reverse", "top", "bottom", "free"] as const;

beforeAll(async () => {
  const wasm = readFileSync(new URL("../../sdk/ts/wasm/core.simd.wasm", import.meta.url), "base64");
  await canvas.page.evaluate((bytes) => window.stages.load(bytes), wasm);
});

describe.each(backends)("The same time is the same picture with %s", (backend) => {
  test.each(["never", "whenFull", "always"] as const)("where comments overlap %s", async (overlap) => {
    const { inks, counted, ways } = await canvas.page.evaluate(
      async ([kind, each]) => {
        const { open, recording } = window.stages;
        const options = { overlap: each, merge: 10, outline: 2, fontSize: 18 } as const;
        const geometry = { width: 320, height: 180 };
        const times = kind === "webgl2" ? [3.2] : [2.9, 3.2]; // an emulated GPU is slow
        const show = await open({ backend: kind, options, geometry });
        await show.load(recording(3000, 60));
        const wanted = times.map((time) => show.at(time));
        const again = (reach: (time: number) => ReturnType<typeof show.look>) =>
          times.map((time, i) => reach(time).apart(wanted[i] as never));
        const from = (start: number) => {
          show.seek(start).look();
          return show;
        };
        const ways = {
          playing: again((time) =>
            from(time - 0.7)
              .play(time)
              .look(),
          ),
          twiceAsFast: again((time) =>
            from(time - 1)
              .play(time, 60, 2)
              .look(),
          ),
          fromBefore: again((time) => from(0.5).at(time)),
          fromBehind: again((time) => from(44).at(time)),
          paused: again((time) =>
            from(time - 0.1)
              .play(time)
              .pause(1)
              .look(),
          ),
          drawnAnew: again((time) => {
            const { stage } = from(time);
            stage.restore();
            return show.look();
          }),
        };
        show.end();
        return { inks: wanted.map((look) => look.ink()), counted: wanted.at(-1)?.box("#d9480f")?.pixels, ways };
      },
      [backend, overlap] as const,
    );
    expect(Math.min(...inks)).toBeGreaterThan(5000);
    expect(counted).toBeGreaterThan(30);
    for (const [way, apart] of Object.entries(ways)) {
      for (const { bytes, most } of apart) {
        // The browser rounds curves and gradients by where on the strip or the scratch canvas they are; letters it does not.
        // Where comments cover each other, what is drawn above multiplies a difference below.
        expect(bytes, way).toBeLessThanOrEqual(backend === "webgl2" ? 2000 : 100);
        expect(most, way).toBeLessThanOrEqual(60);
      }
    }
  });
});

test("A capture is the frame, drawn to its end", async () => {
  const differences = await canvas.page.evaluate(async (kinds) => {
    const { open, recording } = window.stages;
    return Promise.all(
      kinds.map(async (backend) => {
        const show = await open({ backend, options: { overlap: "always" }, geometry: { width: 320, height: 180 } });
        await show.load(recording(3000, 10));
        const captured = await show.seek(4).captured();
        const difference = captured.differs(show.look());
        show.end();
        return difference;
      }),
    );
  }, backends);
  expect(differences).toEqual([0, 0]);
});

describe("Modes", () => {
  test("Each has its place and its way", async () => {
    const { boxes, later } = await canvas.page.evaluate(async () => {
      const show = await window.stages.open();
      const colors = ["#ff0000", "#00ff00", "#0000ff", "#ffff00", "#00ffff"] as const;
      for (const [i, mode] of (["scroll", "reverse", "top", "bottom", "free"] as const).entries()) {
        show.push({ mode, color: colors[i] ?? "", text: "HHHH", x: 0.1, y: 0.5 });
      }
      const look = () => {
        const frame = show.look();
        return colors.map((color) => frame.box(color));
      };
      const boxes = look();
      show.play(3);
      const boxesThen = look();
      show.play(5.2);
      return { boxes: [boxesThen, boxes, look()], later: show.places().length };
    });
    const [then, before, end] = boxes;
    expect(before?.[0]).toBeUndefined(); // it is still to the right of the screen
    expect(before?.[1]).toBeUndefined();
    const [scroll, reverse, top, bottom, free] = (then ?? []).map((box) => box as NonNullable<typeof box>);
    const middle = ({ left, right }: { left: number; right: number }) => (left + right) / 2;
    expect(top?.top).toBeLessThan(40);
    expect(middle(top as never)).toBeGreaterThan(312);
    expect(middle(top as never)).toBeLessThan(328);
    expect(bottom?.bottom).toBeGreaterThan(325);
    expect(middle(bottom as never)).toBeCloseTo(middle(top as never), -0.5);
    expect(free?.left).toBeGreaterThanOrEqual(64);
    expect(free?.left).toBeLessThan(84);
    expect(free?.top).toBeGreaterThanOrEqual(180);
    expect(free?.top).toBeLessThan(200);
    expect(scroll?.right).toBeLessThan(640);
    expect(scroll?.top).toBeLessThan(40);
    expect(reverse?.left).toBeGreaterThan(0);
    expect(reverse?.top).toBeGreaterThan(180);
    // Five seconds are over for those that stand still; the others went on.
    expect(end?.slice(2)).toEqual([undefined, undefined, undefined]);
    expect(end?.[0]?.left).toBeLessThan(scroll?.left ?? 0);
    expect(end?.[1]?.left).toBeGreaterThan(reverse?.left ?? 0);
    expect(later).toBe(2);
  });

  test("Still ones take one row after the other, from the edge on", async () => {
    const { top, bottom } = await canvas.page.evaluate(async () => {
      const show = await window.stages.open();
      const rows = (mode: "top" | "bottom") =>
        ["#ff0000", "#00ff00", "#0000ff"].map((color) => {
          show.push({ mode, color, text: "HHHH" });
          return () => show.look().box(color)?.top ?? -1;
        });
      const top = rows("top").map((row) => row());
      show.stage.clear();
      return { top, bottom: rows("bottom").map((row) => row()) };
    });
    expect((top[1] ?? 0) - (top[0] ?? 0)).toBe(36);
    expect((top[2] ?? 0) - (top[1] ?? 0)).toBe(36);
    expect((bottom[1] ?? 0) - (bottom[0] ?? 0)).toBe(-36);
    expect((bottom[2] ?? 0) - (bottom[1] ?? 0)).toBe(-36);
  });

  test("A comment that stands still and is wider than the planner draws keeps its letters' shape", async () => {
    const shapes = await canvas.page.evaluate(async () => {
      const show = await window.stages.open({ geometry: { width: 1280, height: 720 } });
      const shape = (length: number) => {
        show.stage.clear();
        show.push({ mode: "top", text: "█".padEnd(length, "—"), color: "#ff0000" });
        const frame = show.look();
        const { left, top, bottom } = frame.box("#ff0000") ?? { left: 0, top: 0, bottom: 0 };
        let right = left;
        while (frame.ink({ left: right, right: right + 1, top, bottom }) > (bottom - top) / 2) right++;
        return (right - left) / (bottom - top);
      };
      return [shape(20), shape(45), shape(280)];
    });
    for (const shape of shapes) expect(Math.abs(shape / (shapes[0] ?? 0) - 1)).toBeLessThan(0.3);
  });
});

test("Denser shows more, and off none but the viewer's own", async () => {
  const { visible, own } = await canvas.page.evaluate(async () => {
    const show = await window.stages.open();
    const densities = ["sparse", "normal", "dense", "all"] as const;
    const visible = densities.map((density) => {
      show.seek(0).configure({ density });
      show.stage.clear();
      for (let i = 1; i <= 120; i++) {
        for (let j = 0; j < 2; j++) show.push({ text: `comment ${i} ${j}` });
        show.play(i / 10, 10);
      }
      const { visible } = show.stage.stats();
      return { visible, ink: show.look().ink() };
    });
    show.stage.clear();
    show.configure({ density: "off" });
    for (let i = 0; i < 50; i++) show.push({ text: `${i}` });
    const id = show.push({ text: "mine", own: true, mode: "top" });
    return { visible, own: show.places().map((each) => each.id === id) };
  });
  for (let i = 1; i < visible.length; i++) {
    expect(visible[i]?.visible).toBeGreaterThan(visible[i - 1]?.visible ?? 0);
    expect(visible[i]?.ink).toBeGreaterThan(visible[i - 1]?.ink ?? 0);
  }
  expect(own).toEqual([true]);
});

test("Styles: gradient, border, background, own frame, outline, sizes, and colours that do not exist", async () => {
  const looks = await canvas.page.evaluate(async () => {
    const show = await window.stages.open();
    const draw = (text: object, colors: string[]) => {
      show.stage.clear();
      show.push({ mode: "top", text: "MMMMMM", ...text });
      const frame = show.look();
      return colors.map((color) => frame.box(color));
    };
    const looks = {
      gradient: draw({ style: { gradient: ["#ff0000", "#0000ff"] } }, ["#ff0000", "#0000ff"]),
      border: draw({ style: { border: "#00ff00" } }, ["#00ff00", "#ffffff"]),
      background: draw({ style: { background: "#00ff00" } }, ["#00ff00"]),
      own: draw({ own: true }, ["#ffd60a"]),
      plain: draw({}, ["#ffffff"]),
      small: draw({ size: 0.5 }, ["#ffffff"]),
      nonsense: draw({ color: "nonsense" }, ["#ffffff"]),
      none: draw({ style: { gradient: ["nonsense", "neither"] } }, ["#ffffff"]),
    };
    show.configure({ color: "nonsense" });
    const option = draw({}, ["#ffffff"]);
    return { ...looks, option };
  });
  const { gradient, border, plain } = looks;
  expect(gradient[0]?.right).toBeLessThan(gradient[1]?.left ?? 0);
  expect(border[0]?.left).toBeLessThan(border[1]?.left ?? 0);
  expect(border[0]?.bottom).toBeGreaterThan(border[1]?.bottom ?? 0);
  expect(looks.background[0]?.pixels).toBeGreaterThan(3 * (plain[0]?.pixels ?? 0) * 0.3);
  expect(looks.own[0]?.left).toBeLessThan(plain[0]?.left ?? 0);
  const tall = (box: typeof plain) => (box[0] ? box[0].bottom - box[0].top : 0);
  expect(tall(looks.small) / tall(plain)).toBeLessThan(0.65);
  for (const each of [looks.nonsense, looks.none, looks.option]) {
    expect(each[0]?.pixels).toBeGreaterThan((plain[0]?.pixels ?? 0) * 0.9);
  }
});

test("Lines of both directions keep their order, and end where their box ends", async () => {
  const sides = await canvas.page.evaluate(async () => {
    const show = await window.stages.open();
    show.stage.addPicture({ key: "green", bitmap: await window.stages.bitmap(8, 8, "#00ff00") });
    return ["[a] مرحبا بكم", "[a] welcome all", "שלום [a]", "\u202e[a] abc", "\u2067[a] abc\u2069"].map((text) => {
      show.stage.clear();
      const id = show.push({ mode: "top", text, emotes: { "[a]": "green" }, color: "#ffffff" });
      const { x, width } = show.place(id);
      const frame = show.look();
      const all = frame.box();
      const green = frame.box("#00ff00");
      return {
        inside: all && all.left >= x && all.right <= x + width,
        right: green && (green.left + green.right) / 2 > x + width / 2,
      };
    });
  });
  expect(sides.map(({ inside }) => inside)).toEqual([true, true, true, true, true]);
  expect(sides.map(({ right }) => right)).toEqual([true, false, false, false, false]);
});

describe("A mask", () => {
  test("has no comment behind it, and leaves alone what is above", async () => {
    const inks = await canvas.page.evaluate(async (kinds) => {
      const { open, bitmap } = window.stages;
      const found = [];
      for (const backend of kinds) {
        const show = await open({ backend, options: { density: "all" } });
        const hole = { left: 160, top: 0, right: 480, bottom: 360 };
        const fill = () => {
          show.seek(0).stage.clear();
          for (let i = 0; i < 60; i++) show.push({ text: "MMMMMMMMMM", mode: i % 3 ? "scroll" : "top", duration: 9 });
          return show.play(7, 4);
        };
        const without = fill().look().ink(hole);
        show.stage.setMask({ rectangles: [{ x: 0.25, y: 0, width: 0.5, height: 1 }] });
        const frame = show.look();
        show.stage.setMask({ bitmap: await bitmap(64, 36, "#000", 16, 0, 32, 36) });
        const byBitmap = show.look();
        const inside = { left: 164, top: 0, right: 476, bottom: 360 }; // a stretched bitmap has soft edges
        const outside = { left: 0, top: 0, right: 156, bottom: 360 };
        show.stage.panels.notice({ text: "A notice that stands above", duration: 9 }, show.now - 1);
        const held = show.push({ own: true, mode: "top", text: "held" });
        show.settle();
        show.stage.hold({ id: held });
        const above = show.look();
        show.stage.setMask({ bitmap: await bitmap(8, 8, "rgba(0, 0, 0, 0.5)") });
        const half = show.look();
        show.stage.setMask(null);
        found.push({
          without,
          rectangle: frame.ink(hole),
          bitmap: byBitmap.ink(inside),
          outside: byBitmap.ink(outside) / frame.ink(outside),
          above: above.ink(inside),
          half: half.opacity(outside) / frame.opacity(outside),
          gone: show.look().ink(hole) / without,
        });
        show.end();
      }
      return found;
    }, backends);
    for (const each of inks) {
      expect(each.without).toBeGreaterThan(3000);
      expect(each.rectangle).toBe(0);
      expect(each.bitmap).toBe(0);
      expect(each.outside).toBeCloseTo(1, 1);
      expect(each.above).toBeGreaterThan(2000);
      expect(each.half).toBeCloseTo(0.5, 1);
      expect(each.gone).toBeGreaterThan(0.9);
    }
  });
});

test("A recorded comment that stands still counts as time goes, either way", async () => {
  const differences = await canvas.page.evaluate(async () => {
    const show = await window.stages.open({ options: { merge: 10 } });
    await show.load([1, 2, 3].map((enters) => ({ enters, mode: "top", text: "again", duration: 9 })));
    const one = show.at(1.5);
    const two = show.at(2.5);
    const three = show.at(3.5);
    return {
      none: [one.differs(show.at(1.6)), two.differs(show.at(2.6)), three.differs(show.at(3.6))],
      some: [one.differs(two), two.differs(three)],
    };
  });
  expect(differences.none).toEqual([0, 0, 0]);
  expect(Math.min(...differences.some)).toBeGreaterThan(20);
});

test("Opacity is of comments, not of panels", async () => {
  const opacities = await canvas.page.evaluate(async () => {
    const show = await window.stages.open();
    show.push({ mode: "bottom", text: "MMMM", duration: 50 });
    show.stage.panels.notice({ text: "Notice", duration: 50 }, -5);
    return [1, 0.5, 0].map((opacity) => {
      show.configure({ opacity });
      const frame = show.look();
      return [0, 200].map((top) => frame.opacity({ left: 0, right: 640, top, bottom: top + 160 }));
    });
  });
  const [full, half, none] = opacities as [number[], number[], number[]];
  expect((half[1] ?? 0) / (full[1] ?? 1)).toBeCloseTo(0.5, 1);
  expect(none[1]).toBe(0);
  expect(half[0]).toBe(full[0]);
});

test("Comments keep to the area and the lanes that they are given", async () => {
  const bottoms = await canvas.page.evaluate(async () => {
    const bottoms = [];
    for (const options of [{ area: 0.25 }, { area: 0.5 }, { area: 1 }, { lanes: 3 }, { area: 0 }]) {
      const show = await window.stages.open({ options: { density: "all", ...options } });
      for (let i = 0; i < 200; i++) show.push({ text: `MMMM ${i}` });
      bottoms.push(show.play(3, 5).look().box()?.bottom ?? 0);
      show.end();
    }
    return bottoms;
  });
  const [quarter, half, whole, three, one] = bottoms as [number, number, number, number, number];
  expect(quarter).toBeLessThanOrEqual(90 + 18 + 6); // whole lanes, to the next, a little below the edge
  expect(half).toBeLessThanOrEqual(186);
  expect(half).toBeGreaterThan(140);
  expect(whole).toBeGreaterThan(300);
  expect(three).toBeLessThanOrEqual(114);
  expect(three).toBeGreaterThan(78);
  expect(one).toBeLessThanOrEqual(42);
});

describe("Panels", () => {
  test("A card rests at the bottom right, counts each second, and is gone after its time", async () => {
    const { rest, place, seconds, between, before, after } = await canvas.page.evaluate(async () => {
      const show = await window.stages.open({ geometry: { width: 960, height: 540 } });
      const card = { id: 1, title: "Tea", price: "¥1", buy: "Buy", picture: "", enters: 10, duration: 20 };
      show.stage.panels.setCards([card]);
      const frames = [15.2, 15.7, 16.2, 17.2].map((time) => show.at(time));
      const differs = (a: number, b: number) => frames[a]?.differs(frames[b] as never) ?? -1;
      return {
        rest: frames[0]?.box(),
        place: show.cards()[0],
        between: differs(0, 1),
        seconds: [differs(0, 2), differs(2, 3), differs(0, 3)],
        before: show.at(9.9).ink(),
        after: show.at(30).ink(),
      };
    });
    expect(rest?.left).toBeCloseTo(place?.x ?? 0, -0.5);
    expect(rest?.bottom).toBeCloseTo((place?.y ?? 0) + (place?.height ?? 0), -0.5);
    expect([between, before, after]).toEqual([0, 0, 0]);
    expect(Math.min(...seconds)).toBeGreaterThan(20);
  });

  test("A pinned comment stays until it is taken away, which may be said twice", async () => {
    const inks = await canvas.page.evaluate(async () => {
      const show = await window.stages.open();
      const comment = { id: "p", text: "Pinned", user: "Li" } as never;
      const { panels } = show.stage;
      const ink = (time: number) => show.at(time).ink();
      panels.pin({ comment, duration: Number.POSITIVE_INFINITY }, 10);
      const pinned = [9.9, 11, 5000].map(ink);
      panels.pin(null, 20);
      const unpinned = [19.9, 20.5].map(ink);
      panels.pin(null, 50);
      const twice = [19.9, 20.5, 49, 50, 50.1].map(ink);
      panels.pin({ comment, duration: 5 }, 60);
      panels.pin(null, 90);
      return { pinned, unpinned, twice, over: [64, 66, 90, 90.1].map(ink) };
    });
    expect(inks.pinned.map((ink) => ink > 1000)).toEqual([false, true, true]);
    expect(inks.unpinned.map((ink) => ink > 1000)).toEqual([true, false]);
    expect(inks.twice.map((ink) => ink > 1000)).toEqual([true, false, false, false, false]);
    expect(inks.over.map((ink) => ink > 0)).toEqual([true, false, false, false]);
  });

  test("Notices come one after the other, and after a seek back at once", async () => {
    const widths = await canvas.page.evaluate(async () => {
      const show = await window.stages.open();
      const { panels } = show.stage;
      for (const [i, duration] of [4, 2, 3].entries()) panels.notice({ text: "M".repeat(4 ** i), duration }, 400);
      const width = (time: number) => {
        const box = show.at(time).box();
        return box ? box.right - box.left : 0;
      };
      const forward = [402, 405, 407.5, 410].map(width);
      panels.notice({ text: "M", duration: 4 }, 100);
      panels.notice({ text: "MMMM", duration: 4 }, 101);
      return { forward, back: [102, 106, 109].map(width), again: [402, 405].map(width) };
    });
    const [first, second, third, none] = widths.forward as [number, number, number, number];
    expect(first).toBeGreaterThan(40);
    expect(second).toBeGreaterThan(first);
    expect(third).toBeGreaterThan(second);
    expect(none).toBe(0);
    expect(widths.back).toEqual([first, second, 0]);
    expect(widths.again).toEqual([first, second]);
  });

  test("A gift counts up while it is shown, another stands beside it, and both come after a seek back", async () => {
    const { boxes, counted, back, backAgain } = await canvas.page.evaluate(async () => {
      const show = await window.stages.open();
      const { panels } = show.stage;
      const rose = { user: "Li", words: "sent Rose", count: 1, picture: "" };
      panels.gift(rose, 400);
      const one = show.at(402);
      panels.gift(rose, 402);
      const two = show.at(402);
      panels.gift({ ...rose, user: "Wang" }, 402);
      const both = show.at(404);
      const boxes = [one, two, both, show.at(405.5)].map((frame) => frame.box());
      panels.gift(rose, 100);
      const back = show.at(101);
      panels.gift({ ...rose, user: "Wang" }, 101);
      return { boxes, counted: two.differs(one), back: back.differs(one), backAgain: show.at(102).box() };
    });
    expect(counted).toBeGreaterThan(50);
    expect(boxes[1]).toMatchObject({ top: boxes[0]?.top, bottom: boxes[0]?.bottom });
    expect(boxes[2]?.top).toBeLessThan((boxes[0]?.top ?? 0) - 30);
    expect(boxes[3]).toBeUndefined();
    expect(back).toBe(0);
    expect(backAgain).toEqual(boxes[2]);
  });

  test("Likes rise from their point the same way each time, and are not there without effects", async () => {
    const { first, again, gone, off, box } = await canvas.page.evaluate(async () => {
      const show = await window.stages.open();
      show.seek(1).like(20, 0.5, 0.9);
      const first = [1.3, 1.9].map((time) => show.at(time));
      show.at(60);
      const again = [1.3, 1.9].map((time, i) => show.at(time).differs(first[i] as never));
      const box = first.map((frame) => frame.box());
      const gone = show.at(8).ink();
      show.stage.clear();
      show.seek(1).configure({ effects: false });
      show.like(20, 0.5, 0.9);
      return { first: first.map((frame) => frame.ink()), again, gone, off: show.at(1.3).ink(), box };
    });
    expect(Math.min(...first)).toBeGreaterThan(300);
    expect([...again, gone, off]).toEqual([0, 0, 0, 0]);
    expect(box[1]?.top).toBeLessThan(box[0]?.top ?? 0);
    expect(box[0]?.left).toBeGreaterThan(200);
    expect(box[0]?.right).toBeLessThan(440);
  });

  test("The host's picture is where it is put, above comments, and gone when it is taken or closed", async () => {
    const { boxes, closed, gone } = await canvas.page.evaluate(async () => {
      const show = await window.stages.open();
      for (let i = 0; i < 8; i++) show.push({ mode: "top", text: "MMMMMMMMMMMMMMM" });
      const put = async () => {
        const image = await window.stages.bitmap(40, 40, "#00ff00");
        show.stage.setHost({ rectangle: { x: 0.25, y: 0.1, width: 0.5, height: 0.5 }, image });
        return image;
      };
      await put();
      const small = show.look().box("#00ff00");
      show.resize({ width: 1280, height: 720 });
      const large = show.look().box("#00ff00");
      const image = await put();
      image.close();
      const closed = show.look().box("#00ff00");
      await put();
      show.stage.setHost(null);
      return { boxes: [small, large], closed, gone: show.look().box("#00ff00") };
    });
    expect(boxes).toEqual([
      { left: 160, top: 36, right: 480, bottom: 216, pixels: 320 * 180 },
      { left: 320, top: 72, right: 960, bottom: 432, pixels: 640 * 360 },
    ]);
    expect([closed, gone]).toEqual([undefined, undefined]);
  });
});

describe("Another size", () => {
  test.each(["live", "recorded"])("leaves comments at their share of the width and in their lane: %s", async (kind) => {
    const places = await canvas.page.evaluate(async (from) => {
      const show = await window.stages.open({ options: { fontSize: 24 }, geometry: { width: 800, height: 450 } });
      const colors = ["#ff0000", "#00ff00", "#0000ff", "#ffff00"];
      const texts = colors.map((color, i) => ({ id: `c${i}`, color, text: "MMMMMM", mode: modesOf(i) }));
      function modesOf(i: number) {
        return (["scroll", "scroll", "top", "bottom"] as const)[i] ?? "scroll";
      }
      if (from === "live") for (const text of texts) show.push(text);
      else await show.load(texts.map((text) => ({ ...text, enters: 0.1 })));
      show.play(4, 10);
      const look = (width: number, ratio: number) => {
        const frame = show.look();
        return colors.map((color) => {
          const box = frame.box(color);
          const lane = 36 * ratio * ((show as unknown as { font: number }).font / 24);
          return box && { left: box.left / (width * ratio), middle: (box.top + box.bottom) / 2 / lane };
        });
      };
      const all = [];
      for (const [width, ratio, fontSize] of [
        [800, 1, 24],
        [1200, 1, 24],
        [1200, 2, 24],
        [1200, 3, 24],
        [800, 1, 24],
        [800, 1, 36],
        [800, 1, 24],
      ] as const) {
        show.configure({ fontSize }, { width, height: (width * 9) / 16, ratio });
        Object.assign(show, { font: fontSize });
        all.push({ places: look(width, ratio), fontSize });
      }
      return all;
    }, kind);
    const [first] = places;
    for (const { places: each, fontSize } of places) {
      for (const i of [0, 1]) {
        // A comment's left edge moves with its width where the type grows: a half of what is more is to its left.
        const tolerated = fontSize === 24 ? 0.01 : 0.1;
        expect(Math.abs((each[i]?.left ?? 9) - (first?.places[i]?.left ?? 0))).toBeLessThan(tolerated);
        expect(Math.abs((each[i]?.middle ?? 9) - (first?.places[i]?.middle ?? 0))).toBeLessThan(0.15);
      }
      expect(each[2]).toBeDefined();
      expect(each[3]).toBeDefined();
    }
  });

  test("A comment that is held stands still above others that move, and returns", async () => {
    const { held, others, gone, above } = await canvas.page.evaluate(async () => {
      const show = await window.stages.open({ options: { overlap: "always", lanes: 1 } });
      const id = show.push({ text: "MMMMMMMM", color: "#ff0000" });
      const other = show.push({ text: "MMMMMMMM", color: "#00ff00" });
      show.play(3, 10);
      show.stage.hold({ id });
      const x = () => show.place(id).x;
      const red = () => show.look().box("#ff0000");
      const held = [x(), red()?.left];
      const before = show.place(other).x;
      const reds = [red()?.pixels];
      show.play(3.8, 20);
      held.push(x(), red()?.left);
      reds.push(red()?.pixels);
      const moved = before - show.place(other).x;
      show.resize({ ratio: 2 });
      show.resize({ ratio: 1 });
      show.stage.hold({ id });
      show.stage.hold(null);
      show.play(4.2, 30);
      const back = x();
      return { held, others: moved, gone: (held[0] ?? 0) - back, above: reds };
    });
    expect(held[2]).toBe(held[0]);
    expect(Math.abs((held[3] ?? 0) - (held[1] ?? 9))).toBeLessThanOrEqual(1); // its edges mix with what is below
    expect(above[1]).toBeGreaterThanOrEqual(above[0] ?? 1); // nothing covers it
    expect(others).toBeGreaterThan(40);
    expect(gone).toBeGreaterThan(60);
  });

  test("Equal comments are still counted at one after it", async () => {
    const shown = await canvas.page.evaluate(async () => {
      const show = await window.stages.open({ options: { merge: 10 } });
      show.push({ mode: "top", text: "again" });
      show.push({ mode: "top", text: "again" });
      show.resize({ width: 641 });
      show.resize({ width: 640 });
      show.push({ mode: "top", text: "again" });
      return show.places().length;
    });
    expect(shown).toBe(1);
  });
});

describe("What no page sends", () => {
  const wrong = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1e300, 1e300];

  test.each(["x", "y", "size", "duration", "priority", "at", "enters"])(
    "is refused or drawn, and what else there is goes on: %s",
    async (field) => {
      const { inks, codes } = await canvas.page.evaluate(
        async ([name, values, all]) => {
          const show = await window.stages.open();
          const inks = [];
          const codes = new Set<string>();
          const refused = (error: unknown) => {
            const { code } = error as { code?: string };
            if (code !== "INVALID_ARGUMENT") codes.add(code ?? String(error));
          };
          for (const value of values) {
            for (const mode of all) {
              try {
                show.push({ mode, [name]: value, text: `wrong ${mode}` });
              } catch (error) {
                refused(error);
              }
              await show.load([{ mode, text: "wrong", enters: show.now, [name]: value }]).catch(refused);
            }
            show.play(show.now + 0.5, 10).look();
            show.resize({ ratio: 2 });
            show.resize({ ratio: 1 });
            show.stage.clear(); // a live comment has the right of way over a recording
            await show.load([{ mode: "top", text: "fine", color: "#0000ff", enters: show.now, own: true }]);
            show.push({ mode: "bottom", text: "fine", color: "#00ff00", own: true });
            const frame = show.play(show.now + 0.5, 10).look();
            inks.push(...["#0000ff", "#00ff00"].map((color) => frame.box(color)?.pixels ?? 0));
            show.stage.clear();
          }
          return { inks, codes: [...codes] };
        },
        [field, wrong, modes] as const,
      );
      expect(codes).toEqual([]);
      expect(Math.min(...inks)).toBeGreaterThan(20);
    },
  );
});

test("Texts of all kinds stay in their lane", async () => {
  const boxes = await canvas.page.evaluate(async (all) => {
    const show = await window.stages.open({ options: { outline: 2 } });
    const texts = {
      none: "",
      one: "好",
      long: "长".repeat(500),
      zalgo: `a${"\u0301\u0323\u0300\u0489".repeat(100)}b`,
      control: "\u0000a\u0007\u001b[31m\n\tb\u009f",
      override: "\u202e\u202e\u2066abc\u2067مرحبا",
      surrogate: "a\ud83db\udc00",
      emoji: "👩‍👩‍👧‍👦🏳️‍🌈🇨🇳".repeat(30),
    };
    return Object.entries(texts).map(([name, text]) => {
      const results = all.map((mode) => {
        show.seek(0).stage.clear();
        const id = show.push({ mode, text, y: 0.4 });
        show.play(3, 4);
        const place = show.place(id);
        const box = show.look().box();
        return box ? box.top >= place.y && box.bottom <= place.y + place.height : name === "none";
      });
      return [name, ...results];
    });
  }, modes);
  for (const [name, ...inside] of boxes) expect(inside, String(name)).toEqual(modes.map(() => true));
});

test("100,000 comments at one instant are drawn, as many as there may be", async () => {
  const { shown, dropped, inks } = await canvas.page.evaluate(async (all) => {
    const show = await window.stages.open({ options: { overlap: "whenFull", maxVisible: 2000 } });
    const comments = Array.from({ length: 100_000 }, (_, i) => ({ enters: 5, text: `${i % 977}`, mode: all[i % 5] }));
    const report = await show.load(comments);
    const inks = [4, 5.5, 6, 9].map((time) => show.at(time).ink());
    show.end();
    return { shown: report.shown, dropped: report.dropped.length, inks };
  }, modes);
  expect(shown + dropped).toBe(100_000);
  expect(shown).toBeGreaterThan(1000);
  expect(inks[0]).toBe(0);
  expect(Math.min(...inks.slice(1))).toBeGreaterThan(2000);
});

test.each(backends)("A canvas without pixels draws again once it has some: %s", async (backend) => {
  const inks = await canvas.page.evaluate(async (kind) => {
    const show = await window.stages.open({ backend: kind, geometry: { width: 0, height: 0 } });
    const { panels } = show.stage;
    show.push({ own: true, mode: "top", text: "MMMM", duration: 60 });
    panels.notice({ text: "Notice", duration: 60 }, 0);
    panels.pin({ comment: { id: "p", text: "Pinned", user: "Li" } as never, duration: 60 }, 0);
    panels.gift({ user: "Li", words: "sent Rose", count: 2, picture: "" }, 0);
    panels.setCards([{ id: 1, title: "Tea", price: "¥1", buy: "Buy", picture: "", enters: 0, duration: 60 }]);
    show.like(8, 1, 1);
    const inks = [];
    for (const [width, height, ratio] of [
      [0, 0, 1],
      [1, 1, 1],
      [0, 360, 2],
      [640, 0, 3],
      [1, 360, 0.25],
      [640, 360, 1],
    ] as const) {
      show.resize({ width, height, ratio });
      inks.push(
        show
          .play(show.now + 0.2, 10)
          .look()
          .ink(),
      );
      await show.captured().catch(() => {});
    }
    show.end();
    return inks;
  }, backend);
  expect(inks.at(-1)).toBeGreaterThan(5000);
});

test("A WebGL context that is lost comes back with the same picture, and what came meanwhile", async () => {
  const { same, before, later } = await canvas.page.evaluate(async () => {
    const show = await window.stages.open({ backend: "webgl2" });
    for (const mode of ["scroll", "top", "bottom"] as const) show.push({ mode, text: "MMMM", duration: 60 });
    show.stage.panels.notice({ text: "Notice", duration: 60 }, 0);
    const before = show.play(4, 4).look();
    const loss = (show.canvas.getContext("webgl2") as WebGL2RenderingContext).getExtension("WEBGL_lose_context");
    const told = (event: string) =>
      new Promise((resolve) => show.canvas.addEventListener(event, () => setTimeout(resolve)));
    const lost = told("webglcontextlost");
    loss?.loseContext();
    show.look();
    await lost;
    show.look();
    const back = told("webglcontextrestored");
    loss?.restoreContext();
    await back;
    const same = show.look().apart(before);
    loss?.loseContext();
    await told("webglcontextlost");
    show.push({ mode: "top", text: "later", color: "#00ff00" });
    show.resize({ width: 800, height: 450 });
    show.look();
    const again = told("webglcontextrestored");
    loss?.restoreContext();
    await again;
    const later = show.look().box("#00ff00")?.pixels;
    show.end();
    return { same, before: before.ink(), later };
  });
  expect(before).toBeGreaterThan(3000);
  expect(same.most).toBeLessThanOrEqual(20);
  expect(later).toBeGreaterThan(50);
});

test("Pictures that were closed leave their room empty", async () => {
  const inks = await canvas.page.evaluate(async () => {
    const show = await window.stages.open();
    const { bitmap } = window.stages;
    const picture = await bitmap(8, 8, "#00ff00");
    show.stage.addPicture({ key: "a", bitmap: picture });
    const id = show.push({ mode: "top", text: "[a] MMMM", emotes: { "[a]": "a" }, duration: 60 });
    show.stage.panels.setCards([
      { id: 1, title: "Tea", price: "¥1", buy: "Buy", picture: "a", enters: 0, duration: 60 },
    ]);
    show.play(1, 4);
    const open = show.look().box("#00ff00")?.pixels;
    picture.close();
    show.resize({ width: 650 });
    const mask = await bitmap(8, 8, "#000000");
    show.stage.setMask({ bitmap: mask });
    mask.close();
    const closed = show.look();
    return { open, closed: closed.box("#00ff00")?.pixels, words: closed.ink(), width: show.place(id).width };
  });
  expect(inks.open).toBeGreaterThan(500);
  expect(inks.closed).toBeUndefined();
  expect(inks.words).toBeGreaterThan(1000);
});

describe("Memory", () => {
  test("A hundred stages leave none behind", async () => {
    const { wasm, heap } = await canvas.page.evaluate(async () => {
      const collect = async () => {
        for (let i = 0; i < 3; i++) {
          (globalThis as unknown as { gc?: () => void }).gc?.();
          await new Promise((resolve) => setTimeout(resolve));
        }
        return (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize;
      };
      const measured = [];
      for (let i = 0; i <= 100; i++) {
        const show = await window.stages.open({ geometry: { width: 160, height: 90 } });
        await show.load(window.stages.recording(300, 20));
        show.stage.setHost({
          rectangle: { x: 0, y: 0, width: 1, height: 1 },
          image: await window.stages.bitmap(8, 8, "#000"),
        });
        show.seek(4).settle();
        show.end();
        if (i === 20 || i === 100) measured.push([window.stages.memory(), await collect()]);
      }
      const [first, last] = measured as [[number, number], [number, number]];
      return { wasm: last[0] - first[0], heap: last[1] - first[1] };
    });
    expect(wasm).toBe(0);
    expect(heap).toBeLessThan(4_000_000);
  });

  test("An hour of comments is forgotten", async () => {
    const { after, wasm, known } = await canvas.page.evaluate(async () => {
      const show = await window.stages.open({ options: { merge: 10 }, geometry: { width: 320, height: 180 } });
      const collect = () => {
        (globalThis as unknown as { gc?: () => void }).gc?.();
        return (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize;
      };
      const remembered = () => {
        // What the planner may name yet: live comments are asked for by their ids.
        show.stage.takeDropped();
        return ids.filter((id) => show.stage.hold({ id }) !== undefined).length;
      };
      const ids: string[] = [];
      let at = 0;
      const minutes = (count: number) => {
        for (const end = at + 60 * count; at < end; at += 0.5) {
          for (let i = 0; i < 20; i++)
            show.push({ text: `comment ${(Math.floor(at * 40) + i) % 333}`, user: `user ${i}` });
          show.play(at + 0.5, 2);
        }
      };
      minutes(5);
      const before = [collect(), window.stages.memory()] as const;
      minutes(55);
      ids.push(...Array.from({ length: 10 }, () => show.push({ text: "x" })));
      return {
        after: collect() - before[0],
        wasm: window.stages.memory() - before[1],
        known: remembered(),
      };
    });
    expect(wasm).toBe(0);
    expect(after).toBeLessThan(4_000_000);
    expect(known).toBeLessThanOrEqual(10);
  });
});

test("A jump is drawn over several frames, none of which draws more than the pace allows", async () => {
  const { drawn, again } = await canvas.page.evaluate(async () => {
    const geometry = { width: 1920, height: 1080 };
    const show = await window.stages.open({ options: { density: "dense", fontSize: 16 }, geometry });
    await show.load(Array.from({ length: 9000 }, (_, i) => ({ enters: 100 + i / 150, text: `comment number ${i}` })));
    show.seek(0).settle();
    const drawn = show.seek(130).settle();
    return { drawn, again: show.seek(130).settle() };
  });
  expect(drawn.reduce((sum, each) => sum + each)).toBeGreaterThan(150);
  expect(drawn.length).toBeGreaterThan(3);
  // What hangs together is drawn together, and a comment across the ring's end comes in two parts.
  expect(Math.max(...drawn)).toBeLessThanOrEqual(2 * 32);
  expect(again).toEqual([]);
});
