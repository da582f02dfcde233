// Broken answers from the network: the page says what is wrong and what to do, in the page and without a crash.
import type { Page, Route } from "playwright-core";
import { expect, test } from "vitest";
import { useRoom, useViewers, waitForRoom } from "./fixtures.js";

const live = useRoom();
const viewers = useViewers();

/** Changes the manifest on its way to the page. */
function spoilManifest(
  change: (manifest: { products: { price: { amount: unknown } }[]; tasks: { epsilon: number }[] }) => void,
) {
  return async (page: Page) => {
    await page.route("**/manifest.json", async (route) => {
      const manifest = await (await route.fetch()).json();
      change(manifest);
      await route.fulfill({ json: manifest });
    });
  };
}

test("A manifest with a wrong type is refused by its path", async () => {
  const { page, trouble } = await viewers.open(live.room, {
    prepare: spoilManifest((manifest) => {
      const [, , , product] = manifest.products;
      if (product) product.price.amount = "12900";
    }),
  });
  const problem = page.getByTestId("problem");
  await problem.waitFor();
  const text = (await problem.textContent()) ?? "";
  expect(text).toContain("The room did not open");
  expect(text).toContain("manifest.products[3].price.amount");
  expect(text).toMatch(/string/);
  expect(trouble.violations).toEqual([]);
});

test("The viewer reads what this device computed, not a price that the manifest plays down", async () => {
  const { page } = await viewers.open(live.room, {
    prepare: spoilManifest(({ tasks }) => {
      for (const task of tasks) task.epsilon = 0.1;
    }),
  });
  await waitForRoom(page);
  await expect.poll(() => page.locator("#consent-about").textContent()).toContain("ε = 7.8");
  await page.getByTestId("consent").click();
  await page.getByTestId("problem").waitFor();
  expect(await page.getByTestId("problem").textContent()).toContain("MISMATCH");
  expect(await page.getByTestId("contribution").count()).toBe(0);
});

test("A manifest that is not JSON is refused, and opens once it is mended", async () => {
  let broken = true;
  const { page } = await viewers.open(live.room, {
    prepare: (page) =>
      page.route("**/manifest.json", (route) =>
        broken ? route.fulfill({ body: '{"version":1,', contentType: "application/json" }) : route.continue(),
      ),
  });
  await page.getByTestId("problem").waitFor();
  expect(await page.getByTestId("problem").textContent()).toMatch(/MALFORMED/);
  broken = false;
  await page.getByTestId("retry").click();
  await waitForRoom(page);
  await expect.poll(() => page.getByTestId("problem").count()).toBe(0);
});

test.each([
  ["does not answer", (route: Route) => route.abort()],
  ["answers 503", (route: Route) => route.fulfill({ status: 503, body: "" })],
])("A room that %s is tried again, by the page and by the viewer, and opens once", async (_, fail) => {
  let gone = true;
  let asked = 0;
  let opened = 0;
  const { page } = await viewers.open(live.room, {
    prepare: async (page) => {
      page.on("websocket", () => opened++);
      await page.clock.install();
      await page.route("**/manifest.json", (route) => {
        asked++;
        return gone ? fail(route) : route.continue();
      });
    },
  });
  await page.getByTestId("retry").waitFor();
  await page.clock.runFor(6000);
  await expect.poll(() => asked).toBeGreaterThan(1);
  await expect.poll(() => page.getByTestId("presence").getAttribute("data-state")).toBe("offline");
  gone = false;
  await page.getByTestId("retry").click();
  await waitForRoom(page);
  await expect.poll(() => opened).toBe(1);
  await page.clock.runFor(12_000);
  await page.getByTestId("chat-comment").first().waitFor();
  expect(opened).toBe(1);
});

test("HTML in the place of the wasm is named with its address, its type and what to do", async () => {
  const { page } = await viewers.open(live.room, {
    prepare: (page) =>
      page
        .context()
        .route("**/*.wasm", (route) =>
          route.fulfill({ contentType: "text/html", body: "<!doctype html><title>The page</title>" }),
        ),
  });
  const problem = page.getByTestId("problem");
  await problem.waitFor();
  const text = (await problem.textContent()) ?? "";
  expect(text).toContain("ASSET_INVALID");
  expect(text).toMatch(/core\.(simd|mvp)[^ ]*\.wasm/);
  expect(text).toContain("text/html");
  expect(await problem.locator("p").count()).toBeGreaterThan(2); // the sentence, the hint, the details
});

test("A comment model whose digest is another is refused", async () => {
  const { page } = await viewers.open(live.room, {
    prepare: (page) =>
      page.context().route("**/v1/models/comments/**", async (route) => {
        const response = await route.fetch();
        const body = await response.body();
        body[body.length - 1] = (body.at(-1) ?? 0) ^ 1;
        await route.fulfill({ response, body });
      }),
  });
  const problem = page.getByTestId("problem");
  await problem.first().waitFor();
  expect(await problem.allTextContents()).toSatisfy((texts: string[]) => texts.some((text) => /MISMATCH/.test(text)));
});
