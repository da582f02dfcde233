// The server dies in mid-session and comes back.
import { expect, test } from "vitest";
import { lookAt } from "../../web-demo/demo/viewer.mjs";
import { useRoom, useViewers, waitForComments, waitForRoom } from "./fixtures.js";

const live = useRoom();
const viewers = useViewers();

test("A page survives the server's kill -9: it reconnects, and the contribution made meanwhile arrives once", async () => {
  const { page, requests } = await viewers.open(live.room);
  await waitForRoom(page);
  await waitForComments(page, 1);
  await lookAt(page, "p02");
  await lookAt(page, "p05");

  await live.room.stopServer("SIGKILL");
  await expect
    .poll(() => page.getByTestId("presence").getAttribute("data-state"), { timeout: 20_000 })
    .toBe("reconnecting");
  await page.getByTestId("consent").click();
  await page.getByTestId("contribution").waitFor();
  await expect
    .poll(() => requests.filter((request) => request.method() === "PUT").length, { timeout: 20_000 })
    .toBeGreaterThan(0);
  expect(await page.getByTestId("contribution").getAttribute("data-state")).not.toBe("accepted");
  const order = await page.getByTestId("seen").locator("[data-product]").count();
  expect(order).toBe(2); // the shelf stays usable

  await live.room.startServer();
  await expect.poll(() => page.getByTestId("presence").getAttribute("data-state"), { timeout: 40_000 }).toBe("open");
  await page.locator("[data-testid=contribution][data-state=accepted]").waitFor();
  expect(await page.getByTestId("contribution").count()).toBe(1);
  const puts = requests.filter((request) => request.method() === "PUT");
  expect(new Set(puts.map((request) => request.url())).size).toBe(1);
  expect(await live.room.accepted()).toBe(1);

  const comments = await page.getByTestId("chat-comment").count();
  await expect.poll(() => page.getByTestId("chat-comment").count(), { timeout: 20_000 }).toBeGreaterThan(comments);
  await page.waitForFunction(
    (from) => (document.querySelector("video")?.currentTime ?? 0) > from,
    await page.evaluate(() => document.querySelector("video")?.currentTime ?? 0),
  );
});
