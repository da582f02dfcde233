// Parts of the overlay that are loaded when they are needed: nothing that the viewer does meanwhile is lost.
import type { BrowserContextOptions, Page } from "playwright-core";
import { expect, test } from "vitest";
import type { OverlayOptions } from "../../sdk/ts/src/types.js";
import { comment, useOverlayPages } from "./overlay-page.js";

const pages = useOverlayPages();
const two = [comment("a", 100, 40), comment("b", 300, 120)];

/** A page whose parts wait for settle(). */
async function open(options: OverlayOptions = {}, context: BrowserContextOptions = {}) {
  const page = await pages.open({ ...options, interactive: false, mode: "scroll" }, context);
  await page.evaluate(
    ({ comments, rest }) => {
      window.overlayPage.comments = comments;
      const waiting: ((failure?: string) => void)[] = [];
      window.gate = (load) =>
        new Promise<void>((resolve, reject) => {
          waiting.push((failure) => (failure ? reject(new Error(failure)) : resolve()));
        }).then(load);
      Object.assign(window, { waiting });
      window.overlayPage.overlay.configure({ interactive: true, mode: "scroll", ...rest });
    },
    { comments: two, rest: options as object },
  );
  return page;
}
const waiting = (page: Page) => page.evaluate(() => (window as unknown as { waiting: unknown[] }).waiting.length);
const settle = (page: Page, failure?: string) =>
  page.evaluate((reason) => {
    for (const each of (window as unknown as { waiting: ((failure?: string) => void)[] }).waiting.splice(0))
      each(reason);
  }, failure);
const seen = (page: Page) =>
  page.evaluate(() => {
    const { said, events, failures, clicks } = window.overlayPage;
    return { holds: said.filter(([name]) => name === "hold").map(([, what]) => what), events, failures, clicks };
  });
const held = (page: Page) => page.locator("button.held");

test("Nothing is loaded before a pointer or the focus comes near", async () => {
  const page = await open();
  await page.mouse.move(700, 500); // beside the player
  expect(await waiting(page)).toBe(0);
  expect(await page.locator("button.stop").getAttribute("aria-label")).toBe("Comments on screen");
  await page.mouse.move(20, 20);
  await page.mouse.move(40, 40);
  expect(await waiting(page)).toBe(1);
});

test("The first hover counts, where the pointer is by then", async () => {
  const page = await open();
  await page.mouse.move(350, 140);
  await page.mouse.move(150, 60);
  await settle(page);
  await held(page).waitFor();
  expect(await held(page).getAttribute("aria-label")).toBe("Ann: words of a");
  expect((await seen(page)).holds).toEqual([{ x: 150, y: 60 }]);
});

test("A pointer that has left by then holds nothing", async () => {
  const page = await open();
  await page.mouse.move(150, 60);
  await page.mouse.move(700, 500);
  await settle(page);
  await expect.poll(async () => (await seen(page)).holds.at(-1)).toBeNull();
  expect(await held(page).count()).toBe(0);
});

test("The first tap counts", async () => {
  const page = await open({}, { hasTouch: true });
  await page.touchscreen.tap(150, 60);
  await settle(page);
  await expect.poll(async () => (await seen(page)).events).toEqual([["activate", { comment: two[0]?.comment }]]);
});

test("The first keys count, and are not the player's", async () => {
  const page = await open();
  await page.evaluate(() => {
    document.querySelector("#player")?.addEventListener("keydown", (event) => {
      if ((event as KeyboardEvent).key.startsWith("Arrow")) window.overlayPage.clicks.player++;
    });
  });
  await page.keyboard.press("Tab");
  expect(await waiting(page)).toBe(1);
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowRight");
  await settle(page);
  await expect.poll(() => held(page).getAttribute("aria-label")).toBe("Ann: words of b");
  expect((await seen(page)).clicks.player).toBe(0);
});

test("An overlay that ends meanwhile stays ended, and says nothing", async () => {
  for (const failure of [undefined, "gone"]) {
    const page = await open();
    await page.mouse.move(150, 60);
    await page.evaluate(() => window.overlayPage.overlay.dispose());
    await settle(page, failure);
    await page.mouse.move(160, 60);
    expect(await seen(page)).toMatchObject({ holds: [], failures: [] });
    expect(await page.locator("[data-sotto]").count()).toBe(0);
  }
});

test("What cannot be loaded is one error, and the player is as it was", async () => {
  const page = await open();
  await page.mouse.move(150, 60);
  await settle(page, "no network");
  await page.mouse.move(160, 60);
  await page.mouse.click(160, 60);
  const { failures, clicks, holds } = await seen(page);
  expect(failures).toEqual(["a part of the package could not be loaded: no network"]);
  expect(clicks.player).toBe(1);
  expect(holds).toEqual([]);
  expect(await page.locator("button.stop").count()).toBe(0);
});

test("The list keeps what comes while it is loaded as it always does, and what was pinned", async () => {
  const page = await open({ mode: "list" });
  await page.evaluate(() => {
    const { overlay } = window.overlayPage;
    overlay.push({ text: "first" });
    overlay.push({ text: "mine", own: true });
    for (const text of ["second", "third", "fourth"]) overlay.push({ text, id: text });
    overlay.notice("welcome");
    overlay.dropped({ id: "fourth", reason: "blocked-word" });
    overlay.pin({ text: "pinned" });
  });
  expect(await page.getByRole("log").count()).toBe(0);
  await settle(page);
  const lines = page.getByRole("log").locator("li");
  await expect.poll(() => lines.allTextContents()).toEqual(["pinned", "mine", "welcome"]);
  expect(await lines.first().evaluate((line) => getComputedStyle(line).borderBottomStyle)).toBe("solid");
});

test("A list that cannot be loaded is one error, and is tried again when it is shown again", async () => {
  const page = await open({ mode: "list" });
  await settle(page, "no network");
  await expect.poll(async () => (await seen(page)).failures).toHaveLength(1);
  await page.evaluate(() => window.overlayPage.overlay.configure({ mode: "scroll" }));
  await page.evaluate(() => window.overlayPage.overlay.configure({ mode: "list" }));
  await settle(page);
  await page.locator("ol").waitFor({ state: "attached" }); // empty, and so not in sight
  expect((await seen(page)).failures).toHaveLength(1);
});

test("An element is no mask if another came before its code did", async () => {
  const page = await open();
  await page.evaluate(() => {
    const { overlay } = window.overlayPage;
    overlay.setMask(document.querySelector("#subtitles"));
    overlay.setMask([{ x: 0, y: 0, width: 1, height: 0.5 }]);
  });
  await settle(page);
  const masks = await page.evaluate(() => window.overlayPage.said.filter(([name]) => name === "mask"));
  expect(masks).toEqual([["mask", { rectangles: [{ x: 0, y: 0, width: 1, height: 0.5 }] }]]);
});
