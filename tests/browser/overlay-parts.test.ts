// What lies on the video besides the canvas: the list, the cards' buttons, masks; and what the engine is told.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { useOverlayPages } from "./overlay-page.js";

const pages = useOverlayPages();

const told = (page: Page, name: string) =>
  page.evaluate(
    (wanted) => window.overlayPage.said.filter(([each]) => each === wanted).map(([, content]) => content),
    name,
  );
const events = (page: Page) => page.evaluate(() => window.overlayPage.events);
const lines = (page: Page) => page.getByRole("log").locator("li");

test("A comment goes to the engine with every default filled in", async () => {
  const page = await pages.open();
  const id = await page.evaluate(() => window.overlayPage.overlay.push({ text: "how much?" }));
  expect(await told(page, "push")).toEqual([
    {
      ...{ id, text: "how much?", user: "", own: false, color: "", at: 7, mode: "scroll", x: 0, y: 0, duration: 0 },
      ...{ size: 1, role: "viewer", priority: 2, style: {}, emotes: {} },
    },
  ]);
});

test("What is out of range is refused, naming it", async () => {
  const page = await pages.open();
  const refusals = await page.evaluate(() => {
    const { overlay } = window.overlayPage;
    const attempts = [
      () => overlay.push({ text: "x", size: 5 }),
      () => overlay.push({ text: "x", mode: "left" as never }),
      () => overlay.like({ count: 65 }),
      () => overlay.pin({ text: "x" }, { duration: 0 }),
      () => overlay.setMask([{ x: 0, y: 0, width: 2, height: 1 }]),
      () => overlay.configure({ fontSize: 500 }),
    ];
    return attempts.map((attempt) => {
      try {
        attempt();
        return "";
      } catch (error) {
        return String(error);
      }
    });
  });
  expect(refusals).toEqual([
    "INVALID_ARGUMENT: the comment's size is 5 0.25 to 4.",
    "INVALID_ARGUMENT: the comment's mode is left scroll, reverse, top, bottom or free.",
    "INVALID_ARGUMENT: like's count is 65 1 to 64, whole.",
    "INVALID_ARGUMENT: pin's duration is 0 0.1 to 86400.",
    "INVALID_ARGUMENT: a mask's width is 2 0 to 1.",
    "INVALID_ARGUMENT: overlay option fontSize is 500 8 to 128.",
  ]);
});

test("The room's comments go through the page's hooks where it has them, and only there", async () => {
  const page = await pages.open();
  const receive = (id: string, text: string, own = false) =>
    page.evaluate(
      (comment) =>
        window.overlayPage.overlay.received(comment, {
          sentiment: { label: "positive", score: 1, confidence: 1, abstains: false },
        } as never),
      { id, at: 3, user: "Ann", text, own },
    );
  await receive("a", "hello");
  expect(await told(page, "push")).toEqual([]);
  await page.evaluate(() =>
    window.overlayPage.overlay.configure({
      filter: ({ text }) => {
        if (text === "throw") throw new Error("a broken hook");
        return text === "no" ? false : { color: "#ff0000" };
      },
      prioritise: (_, verdict) => (verdict?.sentiment.label === "positive" ? 5 : 1),
    }),
  );
  await receive("b", "yes");
  await receive("c", "no");
  await receive("d", "throw");
  await receive("e", "throw");
  await receive("f", "mine", true);
  expect(await told(page, "push")).toMatchObject([
    { id: "b", at: 3, color: "#ff0000", priority: 5 },
    { id: "d", color: "", priority: 5 },
    { id: "e", color: "", priority: 5 },
  ]);
  expect(await events(page)).toEqual([["drop", { id: "c", reason: "filter" }]]);
  expect(await page.evaluate(() => window.overlayPage.failures)).toEqual(["a broken hook"]);
});

test("A recording is asked about as well, and its report names what the page dropped", async () => {
  const page = await pages.open();
  const report = await page.evaluate(() => {
    const { overlay } = window.overlayPage;
    overlay.configure({ filter: ({ text }) => text !== "no" });
    return overlay.loadRecording([
      { text: "yes", at: 1 },
      { text: "no", at: 2, id: "x" },
    ]);
  });
  expect(report).toEqual({ shown: 1, dropped: [{ id: "x", reason: "filter" }] });
});

test("The safe area makes the overlay smaller, and the engine is told", async () => {
  const page = await pages.open({ safeArea: { bottom: 60, left: 20 } });
  expect(await page.locator("canvas").boundingBox()).toEqual({ x: 20, y: 0, width: 620, height: 300 });
  await page.evaluate(() => window.overlayPage.overlay.configure({ safeArea: {} }));
  await expect
    .poll(async () => (await told(page, "layout")).at(-1))
    .toMatchObject({
      geometry: { width: 640, height: 360 },
    });
});

test("An element is a mask wherever it goes, and is told only when it moved", async () => {
  const page = await pages.open();
  const masks = () => told(page, "mask");
  const where = (x: number, y: number) => ({ rectangles: [{ x, y, width: 0.5, height: 0.1 }] });
  await page.evaluate(() => window.overlayPage.overlay.setMask(document.querySelector("#subtitles")));
  expect(await masks()).toEqual([where(0.25, 0.75)]);
  await page.mouse.wheel(0, 200); // the overlay scrolls with it
  await page.waitForTimeout(600);
  expect(await masks()).toHaveLength(1);
  await page.evaluate(() => {
    const subtitles = document.querySelector<HTMLElement>("#subtitles");
    if (subtitles) subtitles.style.top = "0";
  });
  await expect.poll(masks).toEqual([where(0.25, 0.75), where(0.25, 0)]);
  await page.evaluate(() => document.querySelector("#subtitles")?.remove());
  await expect.poll(async () => (await masks()).at(-1)).toEqual({ rectangles: [] });
  await page.evaluate(() => window.overlayPage.overlay.setMask(null));
  expect((await masks()).at(-1)).toBeNull();
});

test("A card has a button for itself and one to buy", async () => {
  const page = await pages.open();
  await page.evaluate(() => {
    const { overlay } = window.overlayPage;
    const card = { id: 1, title: "Green tea", price: "¥98.00", buy: "Buy", picture: "", enters: 0, duration: 9 };
    overlay.setCards([{ card, product: { id: "p01", image: "" } as never }]);
    overlay.showCards({ visible: [{ id: 1, x: 304, y: 219, width: 320, height: 96 }] });
  });
  const open = page.getByRole("button", { name: "Green tea, ¥98.00" });
  const buy = page.getByRole("button", { name: "Buy: Green tea" });
  const [card, within] = [await open.boundingBox(), await buy.boundingBox()];
  if (!card || !within) throw new Error("a button is not there");
  expect(within.x).toBeGreaterThan(card.x);
  expect(within.x + within.width).toBeLessThanOrEqual(card.x + card.width);
  await open.click({ position: { x: 20, y: 20 } });
  await buy.click();
  expect(await events(page)).toEqual([
    ["select", { product: "p01", action: "open" }],
    ["select", { product: "p01", action: "buy" }],
  ]);
  await page.evaluate(() => window.overlayPage.overlay.showCards({ visible: [] }));
  expect(await page.locator("button.card").count()).toBe(0);
});

for (const reduced of [true, false]) {
  test(`The list reads out comments, notices and the pinned one (${reduced ? "reduced motion" : "by choice"})`, async () => {
    const page = await pages.open(reduced ? {} : { mode: "list" }, reduced ? { reducedMotion: "reduce" } : {});
    expect((await told(page, "mode")).at(-1)).toEqual({ mode: "list" });
    expect(await page.evaluate(() => window.overlayPage.said[0]?.[1])).toMatchObject({ style: { effects: !reduced } });
    await page.evaluate(() => {
      const { overlay } = window.overlayPage;
      overlay.pin({ text: "Today: free postage", role: "host", user: "Pine" });
      overlay.notice("Be kind");
      overlay.gift({ user: "Ann", name: "Rose", count: 3 });
      overlay.push({
        text: "a [rose] for you",
        user: "Bob",
        emotes: { "[rose]": "data:image/gif;base64,R0lGODlhAQABAAAAACw=" },
      });
    });
    await expect
      .poll(() => lines(page).allTextContents())
      .toEqual(["Host Pine: Today: free postage", "Be kind", "Ann sent Rose ×3", "Bob: a  for you"]);
    expect(await lines(page).last().getByRole("img").getAttribute("alt")).toBe("[rose]");
    await page.evaluate(() => window.overlayPage.overlay.pin(null));
    expect(await lines(page).first().textContent()).toBe("Be kind");
  });
}

test("What the engine drops leaves the list, whichever of the two is heard first", async () => {
  const page = await pages.open({ mode: "list" });
  await page.evaluate(() => {
    const { overlay } = window.overlayPage;
    const comment = (id: string) => ({ id, at: 1, user: "", text: id, own: false });
    const neutral = { sentiment: { label: "neutral" } } as never;
    overlay.dropped({ id: "early", reason: "blocked-word" });
    overlay.received(comment("early"), neutral);
    overlay.received(comment("late"), neutral);
    overlay.dropped({ id: "late", reason: "blocked-word" });
    overlay.received(comment("stays"), neutral);
  });
  await expect.poll(() => lines(page).allTextContents()).toEqual(["stays"]);
});

test("dispose() leaves the page as it was", async () => {
  const page = await pages.open();
  const before = await page.evaluate(() => {
    const { overlay } = window.overlayPage;
    overlay.setMask(document.querySelector("#subtitles"));
    overlay.dispose();
    overlay.dispose();
    return document.querySelector("#player")?.outerHTML;
  });
  expect(before).not.toContain("data-sotto");
  await page.mouse.move(150, 60);
  expect(await told(page, "hold")).toEqual([]);
});
