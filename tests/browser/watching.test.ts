// A viewer who only watches.
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { lookAt } from "../../web-demo/demo/viewer.mjs";
import { shelfOrder, useRoom, useViewers, waitForComments, waitForRoom } from "./fixtures.js";
import { comparePictures } from "./pixels.js";

const live = useRoom();
const viewers = useViewers();

/** Without the video below, what the overlay's picture shows is the comments alone. */
const hideVideo = (page: Page) =>
  page.evaluate(() => {
    const video = document.querySelector("video");
    if (video) video.style.visibility = "hidden";
  });

describe("a viewer who watches", () => {
  test("sees the live stream play through hls.js", async () => {
    const { page } = await viewers.open(live.room);
    await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 1);
    const read = () =>
      page.evaluate(() => {
        const video = document.querySelector("video");
        return {
          source: video?.src ?? "",
          time: video?.currentTime ?? 0,
          frames: video?.getVideoPlaybackQuality().totalVideoFrames ?? 0,
        };
      });
    const before = await read();
    expect(before.source).toMatch(/^blob:/); // Media Source Extensions, not the browser's own HLS
    await expect.poll(async () => (await read()).time - before.time).toBeGreaterThan(1);
    await expect.poll(async () => (await read()).frames - before.frames).toBeGreaterThan(20);
  });

  test("sees comments that move across the picture", async () => {
    const { page } = await viewers.open(live.room);
    await waitForRoom(page);
    await waitForComments(page, 3);
    await hideVideo(page);
    const overlay = page.getByTestId("overlay");
    const first = await overlay.screenshot();
    await page.waitForTimeout(700);
    const second = await overlay.screenshot();
    const { bright, changed } = await comparePictures(page, first, second);
    expect(bright).toBeGreaterThan(300);
    expect(changed).toBeGreaterThan(300);
  });

  test("sees each comment judged on the device, and why", async () => {
    const { page, requests } = await viewers.open(live.room);
    await page.locator("[data-testid=chat-comment].positive").first().waitFor();
    await page.locator("[data-testid=chat-comment].negative").first().waitFor();
    await expect.poll(async () => Number(await page.getByTestId("mood-positive").textContent())).toBeGreaterThan(0);
    await expect.poll(() => page.getByTestId("mood-chart").getAttribute("aria-label")).toMatch(/[1-9]\d* praising/);
    await page.locator("[data-testid=chat-comment].positive button").last().click();
    const bubble = page.getByTestId("bubble");
    await expect.poll(() => bubble.locator("mark").count()).toBeGreaterThan(0);
    expect(await bubble.locator(".head").count()).toBe(5);
    await bubble.getByTestId("head-intent").click();
    await expect.poll(() => bubble.locator(".evidence-legend").textContent()).not.toBe("Reading…");
    expect(requests.every((request) => request.method() === "GET")).toBe(true);
  });

  test("sees the mood over time and what the room talks about", async () => {
    const { page } = await viewers.open(live.room);
    await waitForRoom(page);
    await expect.poll(() => page.locator(".mood-line").getAttribute("d")).toMatch(/^M/);
    await expect.poll(() => page.getByTestId("mood-mean").textContent()).toMatch(/\d ± \d/);
    // The room's own comments have many topics; these have two.
    await page.evaluate(() => {
      const asked = ["桂花什么时候发货", "请问桂花什么时候发货呀", "桂花的什么时候发货", "主播，桂花什么时候发货？"];
      const said = ["桂花好香", "喜欢桂花", "今晚的桂花真不错", "又买了桂花", "桂花yyds", "这个桂花可以"];
      window.sottoDemo.session.comments.observe(
        [...asked, ...said, ...asked, ...said].map((text, i) => ({ text, viewer: `viewer ${i}` })),
      );
    });
    await page.getByTestId("keyword").filter({ hasText: "桂花" }).waitFor();
    await page.getByTestId("question").filter({ hasText: "什么时候发货" }).waitFor();
    expect(await page.getByTestId("question").first().textContent()).toMatch(/[2-9] ask/);
  });

  test("sees the product on stage marked on the shelf", async () => {
    const { page } = await viewers.open(live.room);
    await waitForRoom(page);
    const shown = page.waitForFunction(
      () =>
        new Promise<string>((resolve) => {
          window.sottoDemo.session.addEventListener("product", ({ detail }) => resolve(detail.product.id));
          const now = document.querySelector<HTMLElement>(".product.on-stage");
          if (now?.dataset.product) resolve(now.dataset.product);
        }),
    );
    const id = await (await shown).jsonValue();
    if (!(await page.locator(`[data-product=${id}].on-stage`).count())) await page.getByTestId("shelf-more").click();
    await page.locator(`[data-product=${id}].on-stage`).waitFor();
  });

  test("gets another order of the shelf after looking at products, with the reason", async () => {
    const { page } = await viewers.open(live.room);
    await waitForRoom(page);
    const before = await shelfOrder(page);
    await lookAt(page, "p05");
    await expect.poll(() => shelfOrder(page)).not.toEqual(before);
    const after = await shelfOrder(page);
    expect(after).not.toContain("p05");
    await page.getByTestId("seen").locator("[data-product=p05]").waitFor();
    const reasons = await page.getByTestId("product").locator(".reason").allTextContents();
    expect(reasons.some((reason) => reason.includes("Blue Pine White Porcelain Gaiwan"))).toBe(true);
  });

  test("finds the shelf as it was left after a reload", async () => {
    const { page } = await viewers.open(live.room);
    await waitForRoom(page);
    await lookAt(page, "p05");
    await page.getByTestId("seen").waitFor();
    await page.reload();
    await waitForRoom(page);
    // What is on stage has its say as well, so the order itself may be another by now.
    await page.getByTestId("seen").locator("[data-product=p05]").waitFor();
    expect(await shelfOrder(page)).not.toContain("p05");
    const reasons = page.getByTestId("product").locator(".reason");
    await expect
      .poll(async () => (await reasons.allTextContents()).join())
      .toContain("Blue Pine White Porcelain Gaiwan");
  });

  test("reads the page in the other language, and again after a reload", async () => {
    const { page } = await viewers.open(live.room);
    await waitForRoom(page);
    expect(await page.getByTestId("room-title").textContent()).toBe("Pine & Kettle · Autumn Night Live");
    await page.getByTestId("language").click();
    expect(await page.getByTestId("room-title").textContent()).toBe("听松茶集 · 秋夜直播");
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("zh-CN");
    await page.reload();
    await waitForRoom(page);
    expect(await page.getByTestId("room-title").textContent()).toBe("听松茶集 · 秋夜直播");
  });

  test("sees the own comment on the picture and in the list", async () => {
    const { page, frames } = await viewers.open(live.room);
    await waitForRoom(page);
    await expect.poll(() => page.getByTestId("presence").getAttribute("data-state")).toBe("open");
    await page.getByTestId("composer-input").fill("今晚的茶真香");
    await page.getByTestId("composer-input").press("Enter");
    await page.locator("[data-testid=chat-comment].own").filter({ hasText: "今晚的茶真香" }).waitFor();
    expect(frames.map((frame) => JSON.parse(frame).text)).toEqual(["今晚的茶真香"]);
  });

  test("sees which of the own comments the room did not publish", async () => {
    const { page } = await viewers.open(live.room);
    await waitForRoom(page);
    await expect.poll(() => page.getByTestId("presence").getAttribute("data-state")).toBe("open");
    const refused = page.locator("[data-testid=chat-comment].own.refused");
    // The room takes 120 a minute.
    await page.evaluate(async () => {
      for (let i = 1; i <= 135; i++) await window.sottoDemo.session.comments.send(`note ${i}`);
    });
    await expect.poll(() => refused.count()).toBeGreaterThan(0);
    expect(await refused.last().textContent()).toContain("did not publish");
    expect(await refused.filter({ hasText: /note 1\b/ }).count()).toBe(0);
    expect(await page.getByTestId("problem").count()).toBe(0);
  });

  test("can turn the comments off and on", async () => {
    const { page } = await viewers.open(live.room);
    await waitForRoom(page);
    await waitForComments(page, 3);
    await hideVideo(page);
    const bright = async () => {
      const picture = await page.getByTestId("overlay").screenshot();
      return (await comparePictures(page, picture, picture)).bright;
    };
    await expect.poll(bright).toBeGreaterThan(300);
    await page.getByTestId("overlay-toggle").click();
    await expect.poll(bright).toBe(0);
    await page.getByTestId("overlay-toggle").click();
    await expect.poll(bright).toBeGreaterThan(300);
  });

  test("meets no error and no violation of the strict content security policy", async () => {
    const { page, trouble, requests } = await viewers.open(live.room);
    await waitForRoom(page);
    await waitForComments(page, 2);
    await lookAt(page, "p02");
    await page.waitForTimeout(3000);
    expect(trouble).toEqual({ errors: [], violations: [] });
    const origin = new URL(live.room.pageUrl).host;
    expect(
      requests
        .filter((request) => !["blob:", "data:"].includes(new URL(request.url()).protocol))
        .map((r) => new URL(r.url()).host),
    ).toSatisfy((hosts: string[]) => hosts.every((host) => host === origin));
    const policy = (await page.request.get(live.room.pageUrl)).headers()["content-security-policy"] ?? "";
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect(policy).not.toContain("unsafe-inline");
  });
});
