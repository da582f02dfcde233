// The shelf follows its viewer, says why, takes "less of this" and forgets.
import { expect, test } from "vitest";
import { lookAt } from "../../web-demo/demo/viewer.mjs";
import { useRoom, useViewers, waitForRoom } from "./fixtures.js";

const live = useRoom();
const viewers = useViewers();

type Page = Awaited<ReturnType<typeof viewers.open>>["page"];

const order = (page: Page): Promise<string[]> =>
  page.getByTestId("product").evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.product ?? ""));
const openMenu = async (page: Page, product: string) => {
  await page.locator(`[data-testid=product][data-product=${product}]`).getByTestId("product-menu-open").click();
  await page.getByTestId("product-menu").waitFor();
};

test("Its order changes with what the viewer does, and the menu says why", async () => {
  const { page } = await viewers.open(live.room);
  await waitForRoom(page);
  const before = await order(page);
  await lookAt(page, "p02");
  await expect.poll(() => order(page)).not.toEqual(before);

  const [first = ""] = await order(page);
  await openMenu(page, first);
  await page.getByTestId("menu-why").click();
  const why = page.getByTestId("why-here");
  await why.waitFor();
  const parts = await why.locator("dt").allTextContents();
  expect(parts.length).toBeGreaterThan(0);
  expect(await why.locator("dd").allTextContents()).toEqual(parts.map(() => expect.stringMatching(/^[+−]\d/)));
  await page.getByTestId("dialog-close").click();
});

test("Less of this takes a product away for good; the keyboard reaches all of the menu", async () => {
  const { page } = await viewers.open(live.room);
  await waitForRoom(page);
  const [first = "", second = ""] = await order(page);
  const button = page.locator(`[data-testid=product][data-product=${first}]`).getByTestId("product-menu-open");
  await button.focus();
  await page.keyboard.press("Enter");
  await page.getByTestId("product-menu").waitFor();
  expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.testid)).toBe("menu-why");
  await page.keyboard.press("Escape");
  expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
  expect(await button.getAttribute("aria-expanded")).toBe("false");

  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect.poll(() => order(page)).not.toContain(first);
  expect(await page.getByTestId("seen").isVisible()).toBe(false);
  await page.reload();
  await waitForRoom(page);
  expect(await order(page)).not.toContain(first);
  expect(await order(page)).toContain(second);
});

test("A newcomer sees the newcomers' coupon, and loses it with the fifth engagement", async () => {
  const { page } = await viewers.open(live.room);
  await waitForRoom(page);
  const coupon = page.locator("[data-testid=product][data-product=p10] .coupon");
  await page.getByTestId("shelf-more").click();
  expect(await coupon.isVisible()).toBe(true);
  for (const id of ["p01", "p02", "p03", "p05", "p06"]) await lookAt(page, id);
  await expect.poll(() => coupon.isVisible()).toBe(false);
});

test("Forget me, from the menu, asks first and then starts anew", async () => {
  const { page } = await viewers.open(live.room);
  await waitForRoom(page);
  await lookAt(page, "p02");
  await page.getByTestId("seen").waitFor();
  const [first = ""] = await order(page);
  await openMenu(page, first);
  await page.getByTestId("menu-forget").click();
  await page.getByTestId("confirm-yes").click();
  await page.getByTestId("seen").waitFor({ state: "hidden" });
  const because = page.locator("[data-testid=product] .reason").filter({ hasText: /相似|Similar/ });
  await expect.poll(() => because.count()).toBe(0);
  const kept = await page.evaluate(async () => {
    const request = indexedDB.open("sotto-live");
    await new Promise((resolve) => {
      request.onsuccess = resolve;
    });
    const { result } = request;
    // What was shown since then may be learned from already.
    const counts = await Promise.all(
      ["engagements", "entries"].map((name) => {
        const count = result.transaction(name).objectStore(name).count();
        return new Promise<number>((resolve) => {
          count.onsuccess = () => resolve(count.result);
        });
      }),
    );
    result.close();
    return counts;
  });
  expect(kept).toEqual([0, 0]);
});
