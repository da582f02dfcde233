// What leaves the device, with and without the viewer's consent.
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { lookAt } from "../../web-demo/demo/viewer.mjs";
import { kContributeWithin, useRoom, useViewers, waitForComments, waitForRoom } from "./fixtures.js";

const live = useRoom();
const viewers = useViewers();

/** Longer than the page lets a contribution wait. Milliseconds. */
const kPatience = kContributeWithin * 1000 + 2000;

test("Without consent nothing but GETs and the chat leaves, and no request carries what was said", async () => {
  const { page, requests, frames } = await viewers.open(live.room);
  await waitForRoom(page);
  await waitForComments(page, 1);
  for (const id of ["p02", "p05", "p09"]) await lookAt(page, id);
  await page.getByTestId("composer-input").fill("squirrel-banquet 松鼠宴");
  await page.getByTestId("composer-send").click();
  await page.locator("[data-testid=chat-comment].own").waitFor();
  await sleep(kPatience);

  expect(await page.getByTestId("consent").getAttribute("aria-checked")).toBe("false");
  expect(requests.length).toBeGreaterThan(10);
  expect(requests.map((request) => request.method()).filter((method) => method !== "GET")).toEqual([]);
  const said = await page.getByTestId("chat-comment").locator(".text").allTextContents();
  expect(said.length).toBeGreaterThan(1);
  for (const request of requests) {
    const sent = decodeURIComponent(request.url()) + (request.postData() ?? "") + JSON.stringify(request.headers());
    for (const text of said.filter((one) => one.length > 5)) expect(sent).not.toContain(text);
  }
  expect(frames.length).toBe(1); // the comment that was meant to be public
  expect(await live.room.accepted()).toBe(0);
  expect(await page.getByTestId("bytes-sent").textContent()).toBe("0");
});

test("With consent exactly one PUT leaves, and the ledger shows its very bytes", async () => {
  const { page, requests } = await viewers.open(live.room);
  await waitForRoom(page);
  const before = await live.room.accepted();
  for (const id of ["p02", "p05", "p09"]) await lookAt(page, id);
  await page.getByTestId("consent").click();
  await page.locator("[data-testid=contribution][data-state=accepted]").waitFor();
  await sleep(kPatience);

  const puts = requests.filter((request) => request.method() !== "GET");
  expect(puts.map((request) => request.method())).toEqual(["PUT"]);
  const body = puts[0]?.postDataBuffer() ?? Buffer.alloc(0);
  const entries = await page.evaluate(async () =>
    (await window.sottoDemo.session.ledger.entries()).map(({ bytes, id, url }) => ({ bytes: [...bytes], id, url })),
  );
  expect(entries.length).toBe(1);
  expect(body.length).toBeGreaterThan(600);
  expect([...body]).toEqual(entries[0]?.bytes);
  expect(puts[0]?.url().endsWith(`/${entries[0]?.id}`)).toBe(true);
  expect(await live.room.accepted()).toBe(before + 1);

  // And the panel shows them to the viewer: the sum, the dump byte for byte, one cell for each pair.
  expect((await page.getByTestId("bytes-sent").textContent())?.replace(/\D/g, "")).toBe(String(body.length));
  const dump = (await page.getByTestId("hex").textContent()) ?? "";
  const shown = dump
    .trimEnd()
    .split("\n")
    .flatMap((line) =>
      line
        .slice(6, 6 + 3 * 16)
        .trim()
        .split(/ +/),
    );
  expect(shown.join("")).toBe(body.toString("hex"));
  expect(await page.getByTestId("pair-matrix").locator("svg > rect:not(.cursor)").count()).toBe((24 * 25) / 2);
});

test("Taking consent back is remembered, and so is giving it", async () => {
  const { page } = await viewers.open(live.room);
  await waitForRoom(page);
  const checked = () => page.getByTestId("consent").getAttribute("aria-checked");
  await page.getByTestId("consent").click();
  expect(await checked()).toBe("true");
  await page.reload();
  await waitForRoom(page);
  await expect.poll(checked).toBe("true");
  await page.getByTestId("consent").click();
  expect(await checked()).toBe("false");
  await page.reload();
  await waitForRoom(page);
  await expect.poll(checked).toBe("false");
});

test("Forget me empties history and basket, after asking, and keeps what was sent on the ledger", async () => {
  const { page } = await viewers.open(live.room);
  await waitForRoom(page);
  await page.getByTestId("product-add").first().click();
  await lookAt(page, "p05");
  await page.getByTestId("consent").click();
  await page.locator("[data-testid=contribution][data-state=accepted]").waitFor();

  await page.getByTestId("forget").click();
  await page.getByTestId("confirm-no").click();
  expect(await page.getByTestId("contribution").count()).toBe(1);

  await page.getByTestId("forget").click();
  await page.getByTestId("confirm-yes").click();
  await expect.poll(() => page.getByTestId("seen").isVisible()).toBe(false);
  expect(await page.getByTestId("consent").getAttribute("aria-checked")).toBe("false");
  // It has cost its rho: a ledger that forgot it would let the device pay twice.
  const spent = () => page.evaluate(async () => (await window.sottoDemo.session.ledger.budget()).spentRho);
  expect(await page.getByTestId("contribution").count()).toBe(1);
  expect(await spent()).toBeGreaterThan(0);
  await page.reload();
  await waitForRoom(page);
  expect(await page.locator("[data-testid=contribution][data-state=accepted]").count()).toBe(1);
  expect(await spent()).toBeGreaterThan(0);
  expect(await page.getByTestId("seen").isVisible()).toBe(false);
});
