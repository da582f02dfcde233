// A whole round: this viewer and simulated ones contribute, the round closes, the page uses the new model.
import { expect, test } from "vitest";
import { Crowd } from "../../web-demo/demo/swarm.mjs";
import { lookAt } from "../../web-demo/demo/viewer.mjs";
import { shelfOrder, useRoom, useViewers, waitForRoom } from "./fixtures.js";

const kMinimum = 60;
const live = useRoom({ minimum: kMinimum });
const viewers = useViewers();

test("A closed round's model comes into use on the open page and changes the shelf", async () => {
  const { page, trouble } = await viewers.open(live.room);
  await waitForRoom(page);
  for (const id of ["p02", "p05", "p09"]) await lookAt(page, id);
  await page.getByTestId("consent").click();
  await page.locator("[data-testid=contribution][data-state=accepted]").waitFor();
  expect(await page.getByTestId("models").locator("[data-model=affinity]").textContent()).toMatch(/none yet/);
  const before = await shelfOrder(page);

  const crowd = new Crowd({
    server: live.room.serverUrl,
    minimum: kMinimum,
    task: "affinity-1",
    signal: new AbortController().signal,
  });
  const summary = await crowd.close();
  expect(summary.accepted).toBeGreaterThanOrEqual(kMinimum - 1);
  expect(await live.room.accepted()).toBeGreaterThanOrEqual(kMinimum);

  await page.locator("[data-testid=changes]:not([hidden])").waitFor();
  expect(await page.getByTestId("models").locator("[data-model=affinity]").textContent()).toBe("version 1");
  expect(await page.getByTestId("shelf-model").textContent()).toMatch(/round 1/);
  expect(await shelfOrder(page)).not.toEqual(before);
  expect(trouble).toEqual({ errors: [], violations: [] });

  await page.reload();
  await waitForRoom(page);
  await expect.poll(() => page.getByTestId("shelf-model").textContent()).toMatch(/round 1/);
});
