// What a viewer is shown of tasks under split trust, and that nothing of it leaves the page.
import axe from "axe-core";
import { expect, test } from "vitest";
import { lookAt } from "../../web-demo/demo/viewer.mjs";
import { useRoom, useViewers, waitForRoom } from "./fixtures.js";

const live = useRoom({ split: true });
const viewers = useViewers();

/** The bytes of a dump. */
const bytesOf = (dump: string) =>
  dump
    .trimEnd()
    .split("\n")
    .map((line) => line.slice(6, 6 + 3 * 8).replaceAll(" ", ""))
    .join("");

test("A preview shows each share to the byte, without consent, and stores and sends nothing", async () => {
  const { page, requests } = await viewers.open(live.room);
  await waitForRoom(page);
  for (const id of ["p02", "p05", "p09"]) await lookAt(page, id);
  const task = page.locator("[data-task=affinity-split-1]");
  await task.getByTestId("preview").click();
  await task.getByTestId("share-leader").waitFor();

  const size = async (part: string) =>
    Number((await task.getByTestId(`share-${part}`).locator(".share-size").textContent())?.replace(/\D/g, ""));
  expect(await size("leader")).toBeGreaterThan(300 * 16); // 300 pairs of 24 products, 16 bytes each, and a proof
  expect(await size("helper")).toBe(64);
  expect(await size("public")).toBe(64);
  expect(await size("sealed-leader")).toBe((await size("leader")) + 6 + 16); // lengths, and the AEAD's tag
  const helper = task.getByTestId("share-helper");
  expect(bytesOf((await helper.getByTestId("hex").textContent()) ?? "")).toMatch(/^[0-9a-f]{128}$/);
  expect(await helper.getByTestId("byte-picture").getAttribute("aria-label")).toMatch(/mean .* bits are 1/);

  // The rest unfolds by keyboard.
  const leader = task.getByTestId("share-leader");
  await leader.locator("summary").focus();
  await page.keyboard.press("Enter");
  const all = bytesOf((await leader.locator("details [data-testid=hex]").textContent()) ?? "");
  expect(all.length).toBe(2 * Math.min(8192, await size("leader")));

  expect(await page.getByTestId("contribution").count()).toBe(0);
  expect(await page.evaluate(async () => (await window.sottoDemo.session.ledger.budget()).spentRho)).toBe(0);
  expect(requests.filter((request) => request.method() !== "GET")).toEqual([]);

  await task.getByTestId("preview").click();
  await expect.poll(() => task.locator(".asked-preview").isVisible()).toBe(false);
});

test("Where both aggregators have one operator the page says that no trust is split", async () => {
  const { page } = await viewers.open(live.room);
  await waitForRoom(page);
  await page.locator("[data-task^=mood-]").first().waitFor();
  const mood = page.locator("[data-task^=mood-]").first();
  expect(await mood.getByTestId("one-operator").textContent()).toContain("no split trust");
  expect(await page.locator("[data-task=affinity-split-1]").getByTestId("one-operator").count()).toBe(0);
});

test("With consent a report is prepared and stays in the ledger, and the planted history is in no request", async () => {
  const planted = ["p02", "p05", "p09"];
  const { page, requests } = await viewers.open(live.room);
  await waitForRoom(page);
  for (const id of planted) await lookAt(page, id);
  await page.getByTestId("consent").click();
  const prepared = page.getByTestId("contribution").filter({ hasText: "affinity-split-1" });
  await prepared.waitFor();
  await page.locator("[data-testid=contribution][data-state=accepted]").waitFor();

  const entries = await page.evaluate(async () =>
    (await window.sottoDemo.session.ledger.entries()).map(
      ({ task, trust, state, attempts, bytes, report, budget }) => ({
        ...{ task, trust, state, attempts, budget, bytes: [...bytes] },
        secrets: report
          ? [report.leader.plaintext, report.helper.plaintext, report.leader.ciphertext].map((share) => [
              ...share.slice(0, 32),
            ])
          : [],
      }),
    ),
  );
  const split = entries.find(({ task }) => task === "affinity-split-1");
  expect(split).toMatchObject({ trust: "split", state: "prepared", attempts: 0 });
  expect(split?.budget?.afterRho).toBeGreaterThan(split?.budget?.beforeRho ?? Number.NaN);
  const local = entries.find(({ trust }) => trust === "local");

  // One request has a body: the noisy update. Nothing carries a share, sealed or not, or says which products it was.
  const bodies = requests.filter((request) => request.method() !== "GET");
  expect(bodies.map((request) => [...(request.postDataBuffer() ?? [])])).toEqual([local?.bytes]);
  const pictures = /\/room\/products\/p\d+\.svg$/; // of all products alike
  for (const request of requests) {
    const said = decodeURIComponent(request.url()) + JSON.stringify(request.headers());
    const body = request.postDataBuffer() ?? Buffer.alloc(0);
    for (const secret of split?.secrets ?? []) {
      expect(body.includes(Buffer.from(secret))).toBe(false);
      for (const coding of ["hex", "base64", "base64url"] as const) {
        expect(said).not.toContain(Buffer.from(secret).toString(coding).slice(0, 40));
      }
    }
    if (!pictures.test(request.url())) for (const id of planted) expect(said).not.toMatch(new RegExp(`\\b${id}\\b`));
    expect(request.url()).not.toContain("pine-kettle.example");
    expect(request.url()).not.toContain("harbour.example");
  }

  // And the ledger shows it.
  if ((await prepared.getAttribute("open")) === null) await prepared.locator("summary").first().click();
  expect(await prepared.getByTestId("share-leader").isVisible()).toBe(true);
  expect(await prepared.getByTestId("split-budget").textContent()).toContain("ρ 0.070");
});

test("All of it can be read in Chinese, and has no fault that axe finds", async () => {
  const { page } = await viewers.open(live.room, { locale: "zh-CN" });
  await waitForRoom(page);
  const task = page.locator("[data-task=affinity-split-1]");
  await task.getByTestId("preview").click();
  await task.getByTestId("share-leader").waitFor();
  expect(await task.textContent()).toMatch(/主汇总方的份额.*副汇总方的份额.*公开份额/s);
  await page.evaluate(axe.source);
  const faults = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run("[data-testid=asked]", { resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join()}`);
  });
  expect(faults).toEqual([]);
  expect(await page.locator("[data-testid=asked]").textContent()).not.toMatch(/undefined|NaN/);
});
