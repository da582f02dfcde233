// Which comments are shown: the filters of the engine and the hooks of the page.
import { describe, expect, it, vi } from "vitest";
import { ask } from "../../sdk/ts/src/overlay/filters/ask.js";
import { chain } from "../../sdk/ts/src/overlay/filters/chain.js";
import { Merger } from "../../sdk/ts/src/overlay/filters/merge.js";
import { defaultPriority } from "../../sdk/ts/src/overlay/filters/priority.js";
import type { RecordedText, Selection } from "../../sdk/ts/src/overlay/model.js";
import type { CommentMode, Verdict } from "../../sdk/ts/src/types.js";
import { Dice } from "./support/random.js";

/** As the core's, for the letters used here: case and width. */
const normalise = (text: string) => text.normalize("NFKC").toLowerCase();
const everything: Selection = {
  off: false,
  merge: 10,
  hiddenModes: [],
  blockedWords: [],
  blockedUsers: [],
  asks: false,
};
const line = (text: string, more: object = {}) => ({ text, user: "Ann", own: false, mode: "scroll" as const, ...more });
const filter = (selection: Partial<Selection>) => chain({ ...everything, ...selection }, normalise);
const dice = new Dice(7);

describe("the chain of filters", () => {
  it("passes everything by default", () => {
    expect(filter({})(line("hello"))).toBeUndefined();
  });

  it("says why: density, mode, user, word, in this order", () => {
    const all = { hiddenModes: ["top"] as const, blockedUsers: ["Ann"], blockedWords: ["spam"] };
    expect(filter({ off: true, ...all })(line("spam", { mode: "top" }))).toBe("density");
    expect(filter(all)(line("spam", { mode: "top" }))).toBe("hidden-mode");
    expect(filter(all)(line("spam"))).toBe("blocked-user");
    expect(filter(all)(line("spam", { user: "Bob" }))).toBe("blocked-word");
    expect(filter(all)(line("ham", { user: "Bob" }))).toBeUndefined();
  });

  it.each(["spam", "SPAM", "ｓｐａｍ", "s p a m", "so much Sp am!"])("finds a blocked word in %s", (text) => {
    expect(filter({ blockedWords: ["S pam"] })(line(text))).toBe("blocked-word");
  });

  it("takes a word of nothing but spaces for none", () => {
    expect(filter({ blockedWords: ["", "  "] })(line("hello"))).toBeUndefined();
  });

  it("finds a word exactly where the text holds it, whatever the words and the text", () => {
    const letters = ["a", "b", "茶", "👍"];
    const word = () => Array.from({ length: dice.int(1, 3) }, () => dice.pick(letters)).join("");
    for (let round = 0; round < 2000; round++) {
      const words = Array.from({ length: dice.int(0, 3) }, word);
      const text = Array.from({ length: dice.int(0, 4) }, word).join(" ");
      const holds = words.some((each) => text.replaceAll(" ", "").includes(each));
      expect(filter({ blockedWords: words })(line(text))).toBe(holds ? "blocked-word" : undefined);
    }
  });

  it("never drops one's own comment", () => {
    const strict = filter({ off: true, hiddenModes: ["scroll"], blockedUsers: ["Ann"], blockedWords: ["spam"] });
    expect(strict(line("spam", { own: true }))).toBeUndefined();
  });
});

describe("merging", () => {
  const comment = (id: string, text: string, more: object = {}) => ({ id, ...line(text), ...more });

  it("counts equal words at the first comment, within the window from it", () => {
    const merger = new Merger(normalise, 10);
    expect(merger.live(comment("a", "666"), 0)).toBeUndefined();
    expect(merger.live(comment("b", "６６６"), 9)).toBe("a");
    expect(merger.live(comment("c", "666"), 10)).toBe("a");
    expect(merger.live(comment("d", "666"), 10.1)).toBeUndefined();
    expect(merger.live(comment("e", "666"), 11)).toBe("d");
  });

  it("keeps modes apart, and one's own comments to themselves", () => {
    const merger = new Merger(normalise, 10);
    merger.live(comment("a", "hi"), 0);
    expect(merger.live(comment("b", "hi", { mode: "top" }), 1)).toBeUndefined();
    expect(merger.live(comment("c", "hi", { own: true }), 1)).toBeUndefined();
    expect(merger.live(comment("d", "hi"), 1)).toBe("a");
  });

  it("counts at nothing that was dropped, cleared, or lies ahead after a seek", () => {
    const merger = new Merger(normalise, 10);
    merger.live(comment("a", "hi"), 5);
    merger.forget("a");
    expect(merger.live(comment("b", "hi"), 6)).toBeUndefined();
    merger.clear();
    expect(merger.live(comment("c", "hi"), 6)).toBeUndefined();
    expect(merger.live(comment("d", "hi"), 2)).toBeUndefined();
    expect(merger.live(comment("e", "hi"), 3)).toBe("d");
  });

  it("of window 0 joins nothing", () => {
    const merger = new Merger(normalise, 0);
    merger.live(comment("a", "hi"), 0);
    expect(merger.live(comment("b", "hi"), 0)).toBeUndefined();
  });

  it("loses and invents no comment of a recording, and its counts add up", () => {
    for (let round = 0; round < 200; round++) {
      const window = dice.pick([0, 1, 5, 30]);
      let at = 0;
      const recording = Array.from({ length: 60 }, (_, index) => {
        at += dice.unit() * 2;
        const mode: CommentMode = dice.pick(["scroll", "top"]);
        return {
          ...comment(`c${index}`, dice.pick(["a", "A", "b", "c"]), { own: dice.unit() < 0.1, mode }),
          enters: at,
        };
      }) as RecordedText[];
      const { kept, merged, changes } = new Merger(normalise, window).recorded(recording);
      expect([...kept.map(({ id }) => id), ...merged].sort()).toEqual(recording.map(({ id }) => id).sort());
      expect(changes).toHaveLength(merged.length);
      const counts = new Map<string, number>();
      let last = 0;
      for (const { id, at: time, count } of changes) {
        const first = kept.find((each) => each.id === id) as RecordedText;
        expect(first.own).toBe(false);
        expect(time).toBeGreaterThanOrEqual(last);
        expect(time - first.enters).toBeLessThanOrEqual(window);
        expect(count).toBe((counts.get(id) ?? 1) + 1);
        counts.set(id, count);
        last = time;
      }
      expect(recording.filter(({ own }) => own).every((each) => kept.includes(each))).toBe(true);
    }
  });
});

describe("the page's hooks", () => {
  const comment = { id: "a", ...line("how much is it?") };
  const none = () => {};

  it("are not there: the comment stays, its priority is the default", () => {
    expect(ask({}, comment, undefined, none)).toEqual({ comment, priority: 2 });
  });

  it("drop, accept or change a comment, but never its id or whose it is", () => {
    expect(ask({ filter: () => false }, comment, undefined, none)).toBeUndefined();
    expect(ask({ filter: () => true }, comment, undefined, none)?.comment).toEqual(comment);
    const changed = ask(
      { filter: () => ({ text: "hm", color: "#f00", id: "z", own: true }) },
      comment,
      undefined,
      none,
    );
    expect(changed).toEqual({ comment: { ...comment, text: "hm", color: "#f00" }, priority: 1 });
  });

  it("see the comment as the filter left it, and its verdict", () => {
    const prioritise = vi.fn(() => 6);
    const verdict = { sentiment: { label: "positive", score: 0.8, confidence: 0.9, abstains: false } } as Verdict;
    const asked = ask({ filter: () => ({ role: "vip" }), prioritise }, comment, verdict, none);
    expect(prioritise).toHaveBeenCalledWith({ ...comment, role: "vip", own: false }, verdict);
    expect(asked?.priority).toBe(6);
  });

  it.each([
    [9, 7],
    [-1, 0],
    [2.6, 3],
    [Number.NaN, 2],
    ["much" as never, 2],
  ])("that give priority %s mean %s", (given, meant) => {
    expect(ask({ prioritise: () => given }, comment, undefined, none)?.priority).toBe(meant);
  });

  it("that throw change nothing, and are told", () => {
    const failed = vi.fn();
    const broken = () => {
      throw new Error("broken");
    };
    expect(ask({ filter: broken, prioritise: broken }, comment, undefined, failed)).toEqual({ comment, priority: 2 });
    expect(failed).toHaveBeenCalledTimes(2);
  });

  it("that answer what no comment can have change nothing, and are told", () => {
    const failed = vi.fn();
    expect(ask({ filter: () => ({ color: "red", size: 9 }) }, comment, undefined, failed)?.comment).toEqual(comment);
    expect(failed).toHaveBeenCalledWith(expect.objectContaining({ message: "the comment's size is 9" }));
  });

  it("are not asked about one's own comment", () => {
    const own = { ...comment, own: true };
    const filter = vi.fn(() => false);
    expect(ask({ filter }, own, undefined, none)).toEqual({ comment: own, priority: 7 });
    expect(filter).not.toHaveBeenCalled();
  });
});

describe("the default priority", () => {
  it.each(["多少钱？", "有没有大码", "怎么下单", "可以包邮吗", "这个是哪里产的", "How long does it last", "any left?"])(
    "hears a question in %s",
    (text) => {
      expect(defaultPriority({ text })).toBe(2);
    },
  );

  it.each(["好看", "主播辛苦了", "已下单", "nice", "island tea is lovely"])("hears none in %s", (text) => {
    expect(defaultPriority({ text })).toBe(1);
  });

  it("puts the host before VIPs, and both before questions", () => {
    expect(defaultPriority({ role: "host", text: "?" })).toBe(4);
    expect(defaultPriority({ role: "vip", text: "?" })).toBe(3);
  });
});
