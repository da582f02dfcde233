// Comments under the pointer, the finger and the keyboard; and everything else stays the player's.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { comment, useOverlayPages } from "./overlay-page.js";

const pages = useOverlayPages();

const show = (page: Page, comments: object[]) =>
  page.evaluate((given) => {
    window.overlayPage.comments = given as never;
  }, comments);
const two = [comment("a", 100, 40), comment("b", 300, 120)];
const held = (page: Page) => page.locator("button.held");
const events = (page: Page) => page.evaluate(() => window.overlayPage.events.map(([type]) => type));
const holds = (page: Page) =>
  page.evaluate(() => window.overlayPage.said.filter(([name]) => name === "hold").map(([, request]) => request));
const focused = (page: Page) =>
  page.evaluate(() => {
    const inner = document.querySelector("[data-sotto]")?.shadowRoot?.activeElement;
    return inner?.getAttribute("aria-label") ?? inner?.textContent ?? "";
  });

test("A comment under the pointer is a button, for as long as the pointer is there", async () => {
  const page = await pages.open();
  await show(page, two);
  await page.mouse.move(20, 20);
  expect(await held(page).count()).toBe(0);
  await page.mouse.move(150, 60);
  await held(page).waitFor();
  expect(await held(page).getAttribute("aria-label")).toBe("Ann: words of a");
  expect(await held(page).boundingBox()).toEqual({ x: 100, y: 40, width: 120, height: 36 });
  await page.mouse.move(160, 62);
  await page.mouse.move(350, 140);
  await expect.poll(() => held(page).getAttribute("aria-label")).toBe("Ann: words of b");
  await page.mouse.move(500, 300);
  await expect.poll(() => held(page).count()).toBe(0);
  await page.mouse.move(150, 60);
  await held(page).waitFor();
  await page.mouse.move(700, 500); // off the player
  await expect.poll(() => held(page).count()).toBe(0);
  expect((await holds(page)).at(-1)).toBeNull();
});

test("A click on a comment activates it; a click on nothing is the player's", async () => {
  const page = await pages.open();
  await show(page, two);
  await page.mouse.move(150, 60);
  await held(page).waitFor();
  await page.mouse.click(150, 60);
  await page.mouse.click(500, 300);
  expect(await page.evaluate(() => window.overlayPage.events)).toEqual([["activate", { comment: two[0]?.comment }]]);
  expect(await page.evaluate(() => window.overlayPage.clicks.player)).toBe(1);
});

test("The player's own controls stay clickable while a comment passes above them", async () => {
  const page = await pages.open();
  await show(page, [comment("a", 0, 310)]);
  await page.locator("#button").hover();
  await page.locator("#button").click();
  expect(await page.evaluate(() => window.overlayPage.clicks.button)).toBe(1);
  expect(await holds(page)).toEqual([]);
});

test("While the engine is being asked, only the last of the pointer's places waits", async () => {
  const page = await pages.open();
  await show(page, []);
  await page.mouse.move(5, 9);
  await expect.poll(() => holds(page)).toEqual([{ x: 5, y: 9 }]);
  await page.evaluate(() => {
    const player = document.querySelector("#player");
    for (let x = 0; x < 100; x++) {
      player?.dispatchEvent(new PointerEvent("pointermove", { clientX: x, clientY: 9, bubbles: true, composed: true }));
    }
  });
  await expect
    .poll(() => holds(page))
    .toEqual([
      { x: 5, y: 9 },
      { x: 0, y: 9 },
      { x: 99, y: 9 },
    ]);
});

test("The second button and a long press open the menu, and letting go is no click", async () => {
  const page = await pages.open();
  await show(page, two);
  await page.mouse.move(150, 60);
  await held(page).waitFor();
  await page.mouse.click(150, 60, { button: "right" });
  const menu = page.getByRole("menu");
  await menu.waitFor();
  expect(await menu.getByRole("menuitem").allTextContents()).toEqual(["Copy", "Report", "Block this user (Ann)"]);
  await page.keyboard.press("Escape");
  expect(await menu.count()).toBe(0);
  await page.mouse.down();
  await menu.waitFor();
  await page.mouse.up();
  expect(await events(page)).toEqual([]);
  await menu.getByText("Report").click();
  expect(await events(page)).toEqual(["report"]);
  expect(await menu.count()).toBe(0);
});

test("The keyboard has one stop for all comments, goes from one to the next, and Escape lets go", async () => {
  const page = await pages.open();
  await show(page, two);
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("Comments on screen");
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => focused(page)).toBe("Ann: words of a");
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => focused(page)).toBe("Ann: words of b");
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => focused(page)).toBe("Ann: words of a");
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => focused(page)).toBe("Ann: words of b");
  expect(await held(page).evaluate((button) => getComputedStyle(button).outlineStyle)).toBe("solid");
  await page.mouse.move(150, 60); // the pointer does not take it away
  await page.keyboard.press("Enter");
  expect(await events(page)).toEqual(["activate"]);
  await page.keyboard.press("Escape");
  await expect.poll(() => focused(page)).toBe("Comments on screen");
  expect(await held(page).count()).toBe(0);
  expect((await holds(page)).at(-1)).toBeNull();
});

test("Leaving by Tab lets the comment go", async () => {
  const page = await pages.open();
  await show(page, two);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect.poll(() => focused(page)).toBe("Ann: words of a");
  await page.keyboard.press("Tab");
  await expect.poll(() => held(page).count()).toBe(0);
});

test("The menu is a menu for the keyboard, and gives the focus back", async () => {
  const page = await pages.open();
  await show(page, two);
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => focused(page)).toBe("Ann: words of a");
  await page.keyboard.press("Shift+F10");
  await page.getByRole("menu").waitFor();
  expect(await focused(page)).toBe("Copy");
  await page.keyboard.press("ArrowUp");
  expect(await focused(page)).toBe("Block this user (Ann)");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowDown");
  expect(await focused(page)).toBe("Report");
  await page.keyboard.press("Escape");
  expect(await focused(page)).toBe("Ann: words of a");
  await page.keyboard.press("Shift+F10");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => window.overlayPage.events)).toEqual([["block", { user: "Ann" }]]);
  const layout = await page.evaluate(() => window.overlayPage.said.filter(([name]) => name === "layout").at(-1)?.[1]);
  expect(layout).toMatchObject({ selection: { blockedUsers: ["Ann"] } });
});

test("One's own comment is neither reported nor blocked, and a name is not needed", async () => {
  const page = await pages.open();
  await show(page, [comment("a", 100, 40, { own: true }), comment("b", 300, 120, { user: "" })]);
  for (const [x, y, items] of [
    [150, 60, ["Copy"]],
    [350, 140, ["Copy", "Report"]],
  ] as const) {
    await page.mouse.move(x, y);
    await expect.poll(async () => (await held(page).boundingBox())?.x).toBe(x - 50);
    await page.mouse.click(x, y, { button: "right" });
    await page.getByRole("menu").waitFor();
    expect(await page.getByRole("menuitem").allTextContents()).toEqual(items);
    await page.keyboard.press("Escape");
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  }
});

test("A tap activates a comment and does not reach the player; a tap on nothing does", async () => {
  const page = await pages.open({}, { hasTouch: true });
  await show(page, two);
  await page.touchscreen.tap(150, 60);
  await expect.poll(() => events(page)).toEqual(["activate"]);
  await page.touchscreen.tap(500, 300);
  await expect.poll(() => held(page).count()).toBe(0);
  expect(await page.evaluate(() => window.overlayPage.clicks.player)).toBe(1);
});

test("Without `interactive`, in the list and while the overlay is off there is nothing to point at", async () => {
  const page = await pages.open({ interactive: false });
  await show(page, two);
  const stops = () => page.locator("button.stop").count();
  expect(await stops()).toBe(0);
  await page.mouse.move(150, 60);
  expect(await holds(page)).toEqual([]);
  const configure = (options: object) => page.evaluate((given) => window.overlayPage.overlay.configure(given), options);
  await configure({ interactive: true });
  expect(await stops()).toBe(1);
  await configure({ mode: "list" });
  expect(await stops()).toBe(0);
  await configure({ mode: "scroll" });
  expect(await stops()).toBe(1);
  await page.evaluate(() => window.overlayPage.overlay.setEnabled(false));
  expect(await stops()).toBe(0);
});
