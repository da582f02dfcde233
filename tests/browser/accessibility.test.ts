// Keyboard, screen reader, reduced motion.
import axe from "axe-core";
import { expect, test } from "vitest";
import { lookAt } from "../../web-demo/demo/viewer.mjs";
import { useRoom, useViewers, type Viewer, waitForComments, waitForRoom } from "./fixtures.js";

const live = useRoom();
const viewers = useViewers();

/** The rules that the page breaks badly, with the elements that break them. */
async function seriousViolations({ page }: Viewer): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    return violations
      .filter((violation) => violation.impact === "serious" || violation.impact === "critical")
      .flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.html} ${node.failureSummary}`));
  });
}

for (const locale of ["zh-CN", "en-GB"]) {
  for (const [name, viewport] of [
    ["desktop", { width: 1280, height: 800 }],
    ["phone", { width: 360, height: 740 }],
  ] as const) {
    test(`axe finds nothing serious in ${locale} on a ${name}`, async () => {
      const viewer = await viewers.open(live.room, { locale, viewport });
      const { page } = viewer;
      await waitForRoom(page);
      await lookAt(page, "p02");
      await lookAt(page, "p05");
      await page.getByTestId("consent").click();
      await page.locator("[data-testid=contribution][data-state=accepted]").waitFor();
      await page.getByTestId("chat-comment").first().waitFor();
      await page.waitForTimeout(700); // what fades in has faded in
      expect(await seriousViolations(viewer)).toEqual([]);

      await page.getByTestId("settings-button").click();
      expect(await seriousViolations(viewer)).toEqual([]);
      await page.keyboard.press("Escape");
      await page.getByTestId("product-open").first().click();
      expect(await seriousViolations(viewer)).toEqual([]);
    });
  }
}

for (const width of [320, 360, 768, 1440, 1920]) {
  test(`The page does not scroll sideways at ${width} pixels`, async () => {
    const { page } = await viewers.open(live.room, { viewport: { width, height: 800 } });
    await waitForRoom(page);
    const { scroll, inner } = await page.evaluate(() => ({
      scroll: document.documentElement.scrollWidth,
      inner: document.documentElement.clientWidth,
    }));
    expect(scroll).toBeLessThanOrEqual(inner);
  });
}

test("The Tab key reaches the composer, the shelf, the comments and the consent switch, with a visible focus", async () => {
  const { page } = await viewers.open(live.room);
  await waitForRoom(page);
  await page.getByTestId("chat-comment").first().waitFor();
  const reached = new Map<string, string>();
  for (let i = 0; i < 80; ++i) {
    await page.keyboard.press("Tab");
    const { name, outline } = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      const ring = (pseudo?: string) => getComputedStyle(element, pseudo).outlineStyle;
      const named = element.closest<HTMLElement>("[data-testid]");
      return { name: named?.dataset.testid ?? "", outline: ring() === "none" ? ring("::after") : ring() };
    });
    reached.set(name, outline);
  }
  for (const name of [
    "composer-input",
    "composer-send",
    "product-open",
    "product-add",
    "chat-comment",
    "consent",
    "forget",
  ]) {
    expect(reached.get(name), name).toBe("solid");
  }
});

test("The keyboard alone opens a product, puts it in the basket and gives consent", async () => {
  const { page } = await viewers.open(live.room);
  await waitForRoom(page);
  const opened = await page.getByTestId("product").first().getAttribute("data-product");
  await page.getByTestId("product-open").first().focus();
  await page.keyboard.press("Enter");
  await page.getByTestId("product-dialog").waitFor();
  await page.getByTestId("dialog-add").focus();
  await page.keyboard.press("Enter");
  await page.getByTestId("seen").locator("[data-product]").waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => page.getByTestId("product-dialog").isVisible()).toBe(false);
  // The product's row has left the list meanwhile: the focus is on its picture among those looked at.
  const focused = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset);
  await expect.poll(focused).toMatchObject({ product: opened });
  await page.keyboard.press("Enter");
  await page.getByTestId("product-dialog").waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(focused).toMatchObject({ product: opened });

  // A row that leaves the list while the focus is on it.
  const add = page.getByTestId("product").first().getByTestId("product-add");
  const added = await page.getByTestId("product").first().getAttribute("data-product");
  await add.focus();
  await page.keyboard.press("Enter");
  await expect.poll(focused).toMatchObject({ product: added });

  await page.getByTestId("consent").focus();
  await page.keyboard.press("Space");
  expect(await page.getByTestId("consent").getAttribute("aria-checked")).toBe("true");
});

test("Where less motion is wanted, comments are a list and the shelf does not glide", async () => {
  const { page } = await viewers.open(live.room, { reducedMotion: "reduce" });
  await waitForRoom(page);
  const list = page.getByTestId("overlay").getByRole("log");
  await list.waitFor();
  await expect.poll(() => list.locator("> *").count()).toBeGreaterThan(0);
  expect(await page.evaluate(() => window.sottoDemo.session.overlay.stats().renderer)).toBe("list");
  expect(await page.getByTestId("overlay").locator("canvas:visible").count()).toBe(0);
  await lookAt(page, "p05");
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
});

test("Comments scroll where nothing else is asked for", async () => {
  const { page } = await viewers.open(live.room);
  await waitForRoom(page);
  await waitForComments(page, 1);
  expect(await page.evaluate(() => window.sottoDemo.session.overlay.stats().renderer)).not.toBe("list");
});
