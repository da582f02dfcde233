// What the page makes of the room's summary and of each comment's verdict, without a session.
import axe from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { say, show, useRoomPages } from "./room-page.js";
import { asking, complaining, luring, praising, silence, summaryAt, verdict } from "./summaries.js";

const pages = useRoomPages();
const now = 900;

const text = (page: Page, id: string) => page.getByTestId(id).textContent();
const questions = (page: Page) => page.getByTestId("question").locator(".question-text").allTextContents();

describe("the mood", () => {
  test("shows its mean with its error, and the comments that make it", async () => {
    const page = await pages.open();
    await show(page, summaryAt(now));
    expect(await text(page, "mood-word")).toBe("Warm");
    expect(await text(page, "mood-mean")).toBe("+0.31 ± 0.05");
    expect(await text(page, "mood-positive")).toBe("96");
    expect(await page.getByTestId("mood-chart").getAttribute("aria-label")).toMatch(
      /Warm, mean \+0\.31\. 96 praising, 182 neutral and 22 complaining/,
    );
  });

  test("marks when it changed, and says so", async () => {
    const page = await pages.open();
    await show(page, summaryAt(now));
    expect(await page.getByTestId("mood-changes").locator("li").allTextContents()).toEqual([
      "Cooler since 12:11:34: +0.07 → −0.21",
      "Warmer since 12:12:54: −0.21 → +0.35",
    ]);
    expect(await text(page, "mood-readout")).toBe("Warmer since 12:12:54: −0.21 → +0.35");
  });

  test("is read piece by piece with the arrow keys, and with a pointer", async () => {
    const page = await pages.open();
    await show(page, summaryAt(now));
    const plot = page.locator(".mood-plot");
    await plot.focus();
    await page.keyboard.press("ArrowLeft");
    const last = await text(page, "mood-readout");
    expect(last).toMatch(/^12:14:54 · \+0\.\d\d ± 0\.\d\d · \d+ comments$/);
    await page.keyboard.press("Home");
    expect(await text(page, "mood-readout")).toMatch(/^12:10:04 · /);
    await plot.hover({ position: { x: 2, y: 20 } });
    expect(await text(page, "mood-readout")).toMatch(/^12:10:04 · /);
  });

  test("of a silent room is quiet", async () => {
    const page = await pages.open();
    await show(page, silence(2));
    expect(await text(page, "mood-word")).toBe("Quiet");
    expect(await text(page, "mood-mean")).toBe("");
    expect(await page.locator(".mood-dot").isVisible()).toBe(false);
  });
});

describe("what the room asks", () => {
  test("are the questions that several ask, with how many and since when", async () => {
    const page = await pages.open();
    await show(page, summaryAt(now));
    expect(await questions(page)).toEqual(
      summaryAt(now)
        .questions.slice(0, 4)
        .map((question) => question.text),
    );
    expect(await page.getByTestId("question").first().locator(".question-about").textContent()).toBe(
      "14 ask · since 12:11",
    );
  });

  test("stays where it is under the focus while its numbers go on, and is put in order afterwards", async () => {
    const page = await pages.open();
    const summary = summaryAt(now);
    await show(page, summary);
    await page.getByTestId("question").first().focus();
    const [first, second, ...rest] = summary.questions;
    if (!first || !second) throw new Error("the summary has no questions");
    const grown = { ...summary, questions: [{ ...second, viewers: 40, weight: 44 }, first, ...rest] };
    await page.waitForTimeout(3100);
    await show(page, grown);
    expect(await questions(page)).toEqual(summary.questions.slice(0, 4).map((question) => question.text));
    expect(await page.getByTestId("question").nth(1).textContent()).toContain("40 ask");
    await page.getByTestId("composer-input").focus();
    await show(page, grown);
    expect((await questions(page))[0]).toBe(second.text);
  });

  test("is one tab stop that the arrow keys walk, and Enter takes a question over into the own comment", async () => {
    const page = await pages.open();
    await show(page, summaryAt(now));
    expect(await page.getByTestId("questions").locator("button[tabindex='0']").count()).toBe(1);
    await page.getByTestId("question").first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    const input = page.getByTestId("composer-input");
    expect(await input.inputValue()).toBe("桂花乌龙多少钱一罐");
    expect(await input.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  test("is not read out with every change of its numbers", async () => {
    const page = await pages.open();
    await show(page, summaryAt(now));
    const live = page.getByTestId("pulse").locator("[aria-live], [role=status], [role=log], [role=alert]");
    expect(await live.count()).toBe(0);
    await page.evaluate(() => {
      const { announcer } = window.room.page;
      for (const said of ["first", "second", "third"]) announcer.say(said);
    });
    const announcer = page.getByTestId("announcer");
    await expect.poll(() => announcer.textContent()).toBe("third");
    await page.evaluate(() => window.room.page.announcer.say("too soon"));
    await page.waitForTimeout(300);
    expect(await announcer.textContent()).toBe("third");
  });
});

describe("what the room talks about", () => {
  test("are keywords with their count and whether they rise", async () => {
    const page = await pages.open();
    await show(page, summaryAt(now));
    const chip = (name: string) => page.getByTestId("keyword").filter({ hasText: name });
    expect(await chip("桂花").textContent()).toBe("桂花4646 comments of late, rising");
    expect(await chip("包邮").textContent()).toContain("steady");
    expect(await chip("发货").getAttribute("data-trend")).toBe("falling");
  });

  test("shows a surge while it goes on, and what it is about", async () => {
    const page = await pages.open();
    await page.evaluate(() => window.room.page.pulse.setBurstKeyword("桂花"));
    await show(page, summaryAt(now));
    expect(await text(page, "burst")).toBe("Comments surge: 桂花");
    await expect.poll(() => page.getByTestId("burst").isVisible()).toBe(true);
    expect(await page.getByTestId("burst").getAttribute("title")).toBe("Since 12:14:36, up to 14.0 a second");
    await show(page, summaryAt(now + 60, { burst: undefined }));
    await expect.poll(() => page.getByTestId("burst").isVisible()).toBe(false);
  });
});

describe("what the room says of a product", () => {
  const row = (page: Page, id: string) => page.locator(`[data-testid=product][data-product=${id}]`);

  test("is the share of praise within its interval, and the number of mentions", async () => {
    const page = await pages.open();
    await show(page, summaryAt(now));
    const opinion = row(page, "p02").getByTestId("opinion");
    expect(await opinion.getAttribute("data-tone")).toBe("positive");
    expect(await opinion.locator(".opinion-text").textContent()).toBe("46");
    expect(await opinion.getAttribute("title")).toBe(
      "Mentioned in 46 comments; of the opinions of late 89% praise it (95 % interval 74% to 97%), mean score +0.44.",
    );
    expect(await row(page, "p05").getByTestId("opinion").getAttribute("data-tone")).toBe("even");
    expect(await row(page, "p03").getByTestId("opinion").isVisible()).toBe(false);
  });

  test("is said in words in the product's dialog, and follows while it is open", async () => {
    const page = await pages.open();
    await show(page, summaryAt(now));
    await row(page, "p01").getByTestId("product-open").click();
    const words = page.getByTestId("product-dialog").getByTestId("opinion").locator(".note");
    expect(await words.textContent()).toBe("Mentioned in 3 comments, neither praised nor blamed.");
    const products = summaryAt(now).products.map((each) => (each.id === "p01" ? { ...each, mentions: 4 } : each));
    await show(page, summaryAt(now, { products }));
    expect(await words.textContent()).toBe("Mentioned in 4 comments, neither praised nor blamed.");
  });
});

describe("why a comment was judged so", () => {
  const lines = (page: Page) => page.locator(".comment-line");
  const bubble = (page: Page) => page.getByTestId("bubble");
  const head = (page: Page, name: string) => bubble(page).locator(`.head[data-head=${name}]`);

  async function chat(page: Page): Promise<void> {
    await say(page, "隔着屏幕闻到香了", praising);
    await say(page, "到手就裂了，客服也不回", complaining);
    await say(page, "什么时候发货呀", asking);
    await say(page, "加我微信便宜一半", luring);
    await lines(page).last().scrollIntoViewIfNeeded();
  }

  test("comes when a pointer rests on it, stays under the pointer, and goes with it", async () => {
    const page = await pages.open();
    await chat(page);
    await lines(page).nth(1).hover();
    await bubble(page).waitFor();
    await bubble(page).locator(".evidence-text").hover();
    await page.waitForTimeout(500);
    expect(await bubble(page).isVisible()).toBe(true);
    await page.mouse.move(4, 4);
    await expect.poll(() => bubble(page).isVisible()).toBe(false);
  });

  test("does not come by itself when the comments move below a pointer that rests", async () => {
    const page = await pages.open();
    for (let i = 0; i < 30; ++i) await say(page, `来看猫的 ${i}`, verdict());
    await page.getByTestId("chat").scrollIntoViewIfNeeded();
    await lines(page).nth(27).hover();
    await bubble(page).waitFor();
    await page.keyboard.press("Escape");
    for (let i = 30; i < 36; ++i) {
      await say(page, `来看猫的 ${i}`, verdict());
      await page.waitForTimeout(150);
    }
    await page.waitForTimeout(400);
    expect(await bubble(page).isVisible()).toBe(false);
  });

  test("names all five heads with their confidence, and says plainly where it is unsure", async () => {
    const page = await pages.open();
    await chat(page);
    await lines(page).nth(1).click();
    const said = await bubble(page)
      .locator(".head")
      .evaluateAll((rows) => rows.map((row) => [...row.children].map((part) => part.textContent).join("|")));
    expect(said).toEqual([
      "Sentiment|complaint||84%",
      "Intent|after sales||69%",
      "Toxicity|none||98%",
      "Emotion|unsure||37%",
      "Language|Chinese||99%",
    ]);
    expect(await head(page, "emotion").locator(".head-label").getAttribute("title")).toBe("Most likely: anger");
  });

  test("marks what spoke for the label of the head that is chosen, and what spoke against it", async () => {
    const page = await pages.open();
    await chat(page);
    await lines(page).nth(1).click();
    const evidence = bubble(page).getByTestId("evidence");
    await expect.poll(() => evidence.locator("mark.for").allTextContents()).toEqual(["到手", "了，客"]);
    expect(await evidence.locator("mark.against").allTextContents()).toEqual(["就裂"]);
    expect(await evidence.getAttribute("data-tone")).toBe("negative");
    await head(page, "intent").click();
    await expect.poll(() => evidence.locator(".evidence-legend").textContent()).toContain("“after sales”");
    const asked = await page.evaluate(() => window.room.asked);
    expect(asked.at(-1)).toEqual({ text: "到手就裂了，客服也不回", head: "intent", label: "after_sales" });
  });

  test("is reached by the keyboard alone: comment, heads, and back", async () => {
    const page = await pages.open();
    await chat(page);
    await page.getByTestId("chat-fold").focus();
    await page.keyboard.press("Tab"); // the list scrolls, so it may be a stop of its own
    if (!(await bubble(page).isVisible())) await page.keyboard.press("Tab");
    await bubble(page).waitFor();
    await page.keyboard.press("ArrowUp");
    expect(await bubble(page).locator(".evidence-text").textContent()).toBe("什么时候发货呀");
    await page.keyboard.press("Enter");
    const focused = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset.testid ?? "");
    expect(await focused()).toBe("head-sentiment");
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toBe("head-intent");
    expect(await head(page, "intent").getAttribute("aria-selected")).toBe("true");
    await page.keyboard.press("Escape");
    expect(await bubble(page).isVisible()).toBe(false);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain("什么时候发货呀");
  });

  test("keeps the head that was chosen from comment to comment", async () => {
    const page = await pages.open();
    await chat(page);
    await lines(page).nth(1).click();
    await head(page, "toxicity").click();
    await lines(page).nth(3).click();
    expect(await head(page, "toxicity").getAttribute("aria-selected")).toBe("true");
    await expect.poll(() => bubble(page).locator(".evidence-legend").textContent()).toContain("“lure away”");
  });

  test("holds the list still while it is read, and lets it follow afterwards", async () => {
    const page = await pages.open();
    for (let i = 0; i < 30; ++i) await say(page, `来看猫的 ${i}`, verdict());
    const list = page.getByTestId("chat-list");
    await lines(page).nth(27).click();
    const top = () => list.evaluate((element) => element.scrollTop);
    const before = await top();
    for (let i = 30; i < 40; ++i) await say(page, `来看猫的 ${i}`, verdict());
    expect(await top()).toBe(before);
    await page.keyboard.press("Escape");
    await expect.poll(top).toBeGreaterThan(before);
    expect(await lines(page).last().isVisible()).toBe(true);
  });

  test("is not asked for twice by one click, and a second click closes it", async () => {
    const page = await pages.open();
    await chat(page);
    await lines(page).first().click();
    await lines(page).first().click();
    expect(await bubble(page).isVisible()).toBe(false);
    expect(await lines(page).first().getAttribute("aria-expanded")).toBe("false");
  });

  test("lies within the window on a phone, below its comment or above it", async () => {
    const page = await pages.open({ viewport: { width: 390, height: 844 }, hasTouch: true });
    await chat(page);
    await lines(page).nth(1).tap();
    const box = await bubble(page).boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
    const line = await lines(page).nth(1).boundingBox();
    expect(
      (box?.y ?? 0) >= (line?.y ?? 0) + (line?.height ?? 0) || (box?.y ?? 0) + (box?.height ?? 0) <= (line?.y ?? 0),
    ).toBe(true);
  });
});

test("A comment's mark and tag say what it is: praise, complaint, a question, a lure", async () => {
  const page = await pages.open();
  await say(page, "好香", praising);
  await say(page, "裂了", complaining);
  await say(page, "什么时候发货呀", asking);
  await say(page, "加我微信", luring);
  const comments = page.getByTestId("chat-comment");
  expect(await comments.evaluateAll((items) => items.map((item) => item.className))).toEqual([
    "comment positive",
    "comment negative",
    "comment neutral",
    "comment neutral toxic",
  ]);
  expect(await comments.locator(".tag").allTextContents()).toEqual(["", "after sales", "shipping", "lure away"]);
  await page.getByTestId("language").click();
  expect(await comments.locator(".tag").allTextContents()).toEqual(["", "售后", "问物流", "引流"]);
});

test("A comment has no tag where the model is unsure, and a neutral mark", async () => {
  const page = await pages.open();
  await say(page, "什么时候", { ...asking, intent: { ...asking.intent, abstains: true } });
  await say(page, "加我", { ...luring, toxicity: { ...luring.toxicity, abstains: true } });
  await say(page, "还行", { ...praising, sentiment: { ...praising.sentiment, abstains: true } });
  const comments = page.getByTestId("chat-comment");
  expect(await comments.locator(".tag").allTextContents()).toEqual(["", "", ""]);
  expect(await comments.evaluateAll((items) => items.map((item) => item.className))).toEqual(
    new Array(3).fill("comment neutral"),
  );
  expect(await comments.last().locator(".verdict").textContent()).toBe("unsure");
});

for (const [name, viewport] of [
  ["desktop", { width: 1440, height: 900 }],
  ["phone", { width: 390, height: 844 }],
] as const) {
  test(`Nothing on a ${name} moves when the room begins to speak`, async () => {
    const page = await pages.open({ viewport, reducedMotion: "reduce" });
    await show(page, silence(2));
    const places = () =>
      page.evaluate(() =>
        [".mood", ".pulse", ".shelf", ".products > li", ".ledger"].map((selector) => {
          const { top, height } = (document.querySelector(selector) as Element).getBoundingClientRect();
          return [selector, top, height];
        }),
      );
    const before = await places();
    await show(page, summaryAt(now));
    expect(await places()).toEqual(before);
  });

  test(`axe finds nothing serious on a ${name} with the reasons open`, async () => {
    const page = await pages.open({ viewport });
    await show(page, summaryAt(now));
    await say(page, "到手就裂了，客服也不回", complaining);
    await say(page, "加我微信便宜一半", luring);
    await page.locator(".comment-line").first().click();
    await page.waitForTimeout(700);
    await page.evaluate(axe.source);
    const found = await page.evaluate(async () => {
      const { axe } = window as unknown as { axe: typeof import("axe-core") };
      const { violations } = await axe.run(".mood, .pulse, .chat, .shelf", { resultTypes: ["violations"] });
      return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
    });
    expect(found).toEqual([]);
  });
}

for (const width of [320, 390, 768, 1080, 1280, 1920]) {
  test(`The page with all of it does not scroll sideways at ${width} pixels`, async () => {
    const page = await pages.open({ viewport: { width, height: 800 } });
    await page.evaluate(() => window.room.page.pulse.setBurstKeyword("桂花乌龙一罐多少钱"));
    await show(page, summaryAt(now));
    const { scroll, inner } = await page.evaluate(() => ({
      scroll: document.documentElement.scrollWidth,
      inner: document.documentElement.clientWidth,
    }));
    expect(scroll).toBeLessThanOrEqual(inner);
  });
}
