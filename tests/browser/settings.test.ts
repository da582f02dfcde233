// The settings of the comments, how one's own comment looks, and comments that can be pointed at, on the whole page.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { useRoom, useViewers, waitForComments, waitForRoom } from "./fixtures.js";
import { comparePictures } from "./pixels.js";

const live = useRoom();
const viewers = useViewers();

const stats = (page: Page) => page.evaluate(() => window.sottoDemo.session.overlay.stats());
/** Ids and reasons of the comments that are dropped from now on. */
const watchDrops = (page: Page) =>
  page.evaluate(() => {
    const drops: string[] = [];
    Object.assign(window, { drops });
    window.sottoDemo.session.addEventListener("drop", ({ detail }) => drops.push(detail.reason));
  });
const drops = (page: Page) => page.evaluate(() => (window as unknown as { drops: string[] }).drops);
/** Where some comment is on the page, in the middle of the picture. */
const aComment = async (page: Page) => {
  const box = await page.getByTestId("overlay").boundingBox();
  if (!box) throw new Error("no overlay");
  for (let tries = 0; tries < 200; tries++) {
    for (let y = 15; y < box.height / 2; y += 12) {
      const at = { x: box.width / 2, y };
      if (await page.evaluate(({ x, y }) => window.sottoDemo.session.overlay.pick(x, y), at)) {
        return { x: box.x + at.x, y: box.y + at.y };
      }
    }
    await page.waitForTimeout(50);
  }
  throw new Error("no comment came by");
};
const held = (page: Page) => page.getByTestId("overlay").locator("button.held");

test("Settings work at once, and are as they were after a reload", async () => {
  const { page } = await viewers.open(live.room);
  await waitForRoom(page);
  await waitForComments(page, 3);
  await page.getByTestId("settings-button").click();
  await page.getByTestId("density-off").check({ force: true });
  await expect.poll(async () => (await stats(page)).visible, { timeout: 20_000 }).toBe(0);
  await page.getByTestId("fontSize").fill("36");
  await page.getByTestId("frameBudget").uncheck();
  await page.reload();
  await waitForRoom(page);
  await page.getByTestId("settings-button").click();
  expect(await page.getByTestId("density-off").isChecked()).toBe(true);
  expect(await page.getByTestId("fontSize").inputValue()).toBe("36");
  expect(await page.getByTestId("frameBudget").isChecked()).toBe(false);
  await page.getByTestId("settings-reset").click();
  expect(await page.getByTestId("density-normal").isChecked()).toBe(true);
  await waitForComments(page, 3);
});

test("Blocked words and modes are dropped with their reason, and a word can be taken away", async () => {
  const { page } = await viewers.open(live.room);
  await waitForRoom(page);
  await watchDrops(page);
  await page.getByTestId("settings-button").click();
  await page.getByTestId("blocked-words").fill("Spam");
  await page.keyboard.press("Enter");
  await page.getByTestId("shown-top").uncheck({ force: true });
  const push = (text: string, mode = "scroll") =>
    page.evaluate(({ text, mode }) => window.sottoDemo.session.overlay.push({ text, mode } as never), { text, mode });
  await push("ｓｐ ａｍ!");
  await push("hello", "top");
  await expect.poll(() => drops(page)).toEqual(expect.arrayContaining(["blocked-word", "hidden-mode"]));
  await page.getByRole("button", { name: "Remove “Spam”" }).click();
  expect(await page.locator(".chip").count()).toBe(0);
});

test("The keyboard goes through the settings, and Escape gives the focus back", async () => {
  const { page } = await viewers.open(live.room);
  await waitForRoom(page);
  await page.getByTestId("settings-button").focus();
  await page.keyboard.press("Enter");
  const seen = new Set<string>();
  for (let i = 0; i < 30; i++) {
    await page.keyboard.press("Tab");
    const id = await page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.testid ?? "");
    seen.add(id.replace(/-.*/, ""));
  }
  for (const name of ["density", "area", "maxVisible", "overlap", "merge", "fontSize", "speed", "mode", "blocked"]) {
    expect([...seen], name).toContain(name);
  }
  await page.getByTestId("area").focus();
  await page.keyboard.press("Escape");
  expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.testid)).toBe("settings-button");
});

test("One's own comment is shown where and how one chose", async () => {
  const { page, frames } = await viewers.open(live.room);
  await waitForRoom(page);
  await expect.poll(() => page.getByTestId("presence").getAttribute("data-state")).toBe("open");
  await page.getByTestId("manner").click();
  await page.getByTestId("manner-mode-top").check({ force: true });
  await page.keyboard.press("Escape");
  await page.getByTestId("composer-input").fill("on top, standing still");
  await page.keyboard.press("Enter");
  await page.locator("[data-testid=chat-comment].own").waitFor();
  const box = await page.getByTestId("overlay").boundingBox();
  const middle = { x: (box?.width ?? 0) / 2, y: 14 };
  const picked = () => page.evaluate(({ x, y }) => window.sottoDemo.session.overlay.pick(x, y), middle);
  await expect.poll(async () => (await picked())?.text).toBe("on top, standing still");
  expect(frames.map((frame) => JSON.parse(frame))).toEqual([{ text: "on top, standing still", user: "" }]);
});

test("A comment under the pointer stands still, says why it was judged so when clicked, and its author can be blocked", async () => {
  const { page } = await viewers.open(live.room);
  await waitForRoom(page);
  await waitForComments(page, 3);
  const { x, y } = await aComment(page);
  await page.mouse.move(x, y);
  await held(page).waitFor();
  const before = await held(page).boundingBox();
  await page.waitForTimeout(700);
  expect(await held(page).boundingBox()).toEqual(before);
  await held(page).click();
  await page.getByTestId("why").waitFor();
  await held(page).click({ button: "right" });
  const block = page.getByRole("menuitem", { name: /Block this user/ });
  const user = /\((.*)\)$/.exec((await block.textContent()) ?? "")?.[1] ?? "";
  await block.click();
  await page.getByTestId("settings-button").click();
  await page.getByRole("button", { name: `Remove “${user}”` }).waitFor();
});

test("Comments pass behind the broadcast's captions, if one wants", async () => {
  const { page } = await viewers.open(live.room);
  await waitForRoom(page);
  await page.evaluate(() => {
    const video = document.querySelector("video");
    if (video) video.style.visibility = "hidden";
  });
  const bright = async () => {
    const picture = await page.locator(".captions").screenshot();
    return (await comparePictures(page, picture, picture)).bright;
  };
  const push = () =>
    page.evaluate(() => {
      const text = "a long line that stands at the bottom of the picture, in the captions' way";
      window.sottoDemo.session.overlay.push({ text, mode: "bottom", duration: 60, color: "#ffffff" });
    });
  await push();
  await expect.poll(bright).toBeGreaterThan(100);
  await page.getByTestId("settings-button").click();
  await page.getByTestId("mask").check();
  await page.keyboard.press("Escape");
  await expect.poll(bright).toBeLessThan(20);
});

test("Hearts rise when one likes, and the picture of the comments can be saved", async () => {
  const { page } = await viewers.open(live.room);
  await waitForRoom(page);
  await page.getByTestId("like").click();
  expect(await page.getByTestId("like").getAttribute("aria-label")).toBe("Like, 1 so far");
  await page.getByTestId("settings-button").click();
  const download = page.waitForEvent("download");
  await page.getByTestId("capture").click();
  expect((await download).suggestedFilename()).toMatch(/^tea-house-\d+s\.png$/);
});
