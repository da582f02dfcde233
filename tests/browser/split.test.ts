// What a viewer is shown of tasks under split trust, and what of it leaves the page, when and whereto.
import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeEach, expect, test } from "vitest";
import { lookAt } from "../../web-demo/demo/viewer.mjs";
import { FakeLeader } from "../ts/support/fake-leader.js";
import { decodeReport } from "../ts/support/report.js";
import { useRoom, useViewers, type Viewer, type ViewerOptions, waitForRoom } from "./fixtures.js";

/** Another origin than the page's, as an aggregator is. */
let leader: FakeLeader;
const live = useRoom({
  split: async () => {
    leader = await FakeLeader.start();
    return { leader: { url: leader.url }, helper: { url: "https://helper.harbour.example" } };
  },
});
const viewers = useViewers();
beforeEach(() => leader.reset());
afterAll(() => leader.close());

const open = (options?: ViewerOptions): Promise<Viewer> => viewers.open(live.room, options);
const isAffinity = "affinity-split-1";
const contributed = (page: Page, task: string) => page.getByTestId("contribution").filter({ hasText: task });
/** The bytes of a dump. */
const bytesOf = (dump: string) =>
  dump
    .trimEnd()
    .split("\n")
    .map((line) => line.slice(6, 6 + 3 * 8).replaceAll(" ", ""))
    .join("");

test("A preview shows each share to the byte, without consent, and stores and sends nothing", async () => {
  const { page, requests } = await open();
  await waitForRoom(page);
  for (const id of ["p02", "p05", "p09"]) await lookAt(page, id);
  const task = page.locator(`[data-task=${isAffinity}]`);
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
  const share = task.getByTestId("share-leader");
  await share.locator("summary").focus();
  await page.keyboard.press("Enter");
  const all = bytesOf((await share.locator("details [data-testid=hex]").textContent()) ?? "");
  expect(all.length).toBe(2 * Math.min(8192, await size("leader")));

  expect(await page.getByTestId("contribution").count()).toBe(0);
  expect(await page.evaluate(async () => (await window.sottoDemo.session.ledger.budget()).spentRho)).toBe(0);
  expect(requests.filter((request) => request.method() !== "GET")).toEqual([]);
  expect(leader.uploads).toEqual([]);

  await task.getByTestId("preview").click();
  await expect.poll(() => task.locator(".asked-preview").isVisible()).toBe(false);
});

test("Where both aggregators have one operator the page says that no trust is split", async () => {
  const { page } = await open();
  await waitForRoom(page);
  await page.locator("[data-task^=mood-]").first().waitFor();
  const mood = page.locator("[data-task^=mood-]").first();
  expect(await mood.getByTestId("one-operator").textContent()).toContain("no split trust");
  expect(await page.locator(`[data-task=${isAffinity}]`).getByTestId("one-operator").count()).toBe(0);
});

test("With consent a report goes to the leader, as the ledger has it, and the planted history is in no request", async () => {
  const planted = ["p02", "p05", "p09"];
  const { page, requests, trouble } = await open();
  await waitForRoom(page);
  for (const id of planted) await lookAt(page, id);
  await page.getByTestId("consent").click();
  const report = contributed(page, isAffinity);
  await page.locator("[data-testid=contribution][data-state=accepted]").nth(1).waitFor();
  expect(await report.getAttribute("data-state")).toBe("accepted");

  const entries = await page.evaluate(async () =>
    (await window.sottoDemo.session.ledger.entries()).map(
      ({ task, trust, state, attempts, url, bytes, report, budget }) => ({
        ...{ task, trust, state, attempts, budget, url, bytes: [...bytes] },
        secrets: report
          ? [report.leader.plaintext, report.helper.plaintext].map((share) => [...share.slice(0, 32)])
          : [],
      }),
    ),
  );
  const split = entries.find(({ task }) => task === isAffinity);
  expect(split).toMatchObject({ trust: "split", state: "accepted", attempts: 1 });
  expect(split?.budget?.afterRho).toBeGreaterThan(split?.budget?.beforeRho ?? Number.NaN);
  const local = entries.find(({ trust }) => trust === "local");

  // The leader has one report, and it is the ledger's.
  const [upload, ...others] = leader.uploads;
  expect(others).toEqual([]);
  expect(`${new URL(leader.url).origin}${upload?.path}`).toBe(split?.url);
  expect([...(upload?.body ?? [])]).toEqual(split?.bytes);
  expect(() => decodeReport(upload?.body ?? Buffer.alloc(0))).not.toThrow();
  for (const name of ["cookie", "authorization", "referer"]) expect(upload?.headers).not.toHaveProperty(name);

  // Two requests have a body: the noisy update and the sealed report. Nothing carries a share or says which products it was.
  const bodies = requests.filter((request) => request.method() !== "GET" && request.method() !== "OPTIONS");
  expect(bodies.map((request) => [...(request.postDataBuffer() ?? [])])).toEqual(
    expect.arrayContaining([local?.bytes, split?.bytes]),
  );
  expect(bodies).toHaveLength(2);
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
    expect(request.url()).not.toContain("harbour.example");
  }
  expect(trouble.violations).toEqual([]);

  // And the ledger shows it.
  if ((await report.getAttribute("open")) === null) await report.locator("summary").first().click();
  expect(await report.getByTestId("share-leader").isVisible()).toBe(true);
  expect(await report.getByTestId("sent").textContent()).toContain("Pine & Kettle has it");
  expect(await report.getByTestId("split-budget").textContent()).toContain("ρ 0.070");
  expect(await page.locator(`[data-task=${isAffinity}]`).textContent()).toContain("accepted, see the ledger");
});

/** Every pause of the page is the longest that it may be, here and below: 1, 2, 4, 8 seconds. */
const slowly = { prepare: (page: Page) => page.addInitScript("Math.random = () => 0.999") };
const failures = 4;

/** A viewer whose report the leader did not take four times, so that it waits for eight seconds. */
async function openWaiting(): Promise<Viewer> {
  // Answers: where a connection is dropped that was used before, as for the preflight, Chromium itself sends once more.
  for (let i = 0; i < failures; i++) leader.next.push({ status: i % 2 ? 500 : 503 });
  const viewer = await open(slowly);
  await waitForRoom(viewer.page);
  await viewer.page.getByTestId("consent").click();
  const waits = (task: string) =>
    viewer.page.evaluate(async (id) => {
      const entry = (await window.sottoDemo.session.ledger.entries()).find(({ task }) => task === id);
      return entry?.error && entry.attempts;
    }, task);
  await expect.poll(() => waits(isAffinity)).toBe(failures);
  expect(leader.uploads).toHaveLength(failures);
  return viewer;
}

test("A viewer who leaves while a report waits for its next try still sends it, with the same bytes", async () => {
  const { page } = await openWaiting();
  await page.goto("about:blank");
  await expect.poll(() => leader.reports.size).toBe(1);
  expect(leader.uploads).toHaveLength(failures + 1);
  expect(new Set(leader.uploads.map(({ body }) => body.toString("hex"))).size).toBe(1);

  // The next visit hears that the leader has it.
  await page.goBack();
  await waitForRoom(page);
  await expect.poll(() => contributed(page, isAffinity).getAttribute("data-state")).toBe("accepted");
  expect(leader.reports.size).toBe(1);
});

test("A viewer who turns the switch off while a report waits sends it neither then nor on leaving", async () => {
  const { page } = await openWaiting();
  await page.getByTestId("consent").click();
  await page.waitForTimeout(10_000);
  await page.goto("about:blank");
  await page.waitForTimeout(1000);
  expect(leader.uploads).toHaveLength(failures);
});

test("What a leader refuses is refused in the ledger, with the reason, in both languages", async () => {
  for (const [locale, state, words] of [
    ["en-GB", "Refused", "It is not sent to Pine & Kettle any more"],
    ["zh-CN", "被拒绝", "不会再发给 Pine & Kettle"],
  ] as const) {
    leader.next.push(7);
    const { page } = await open({ locale });
    await waitForRoom(page);
    await page.getByTestId("consent").click();
    const report = contributed(page, isAffinity);
    await expect.poll(() => report.getAttribute("data-state")).toBe("refused");
    const text = await report.textContent();
    for (const part of [state, words, "task_expired"]) expect(text).toContain(part);
  }
  expect(leader.reports.size).toBe(0);
});

test("All of it can be read in Chinese, and has no fault that axe finds", async () => {
  const { page } = await open({ locale: "zh-CN" });
  await waitForRoom(page);
  const task = page.locator(`[data-task=${isAffinity}]`);
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
