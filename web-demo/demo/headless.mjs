// The demo without a person: Chromium plays the viewer, every part is checked, pictures and a report are kept.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { launchChromium, watchPage } from "./browser.mjs";
import { until } from "./children.mjs";
import { lookAt, readShelf } from "./viewer.mjs";

const kDesktop = { width: 1440, height: 900 };
const kMobile = { width: 390, height: 844 };
/** The viewer of this run likes to drink tea and to have something sweet with it. */
const kLookedAt = ["p02", "p05", "p09"];
const kTop = 8;

/**
 *   room     as startRoom gives it
 *   swarm    sends the updates of the simulated viewers, resolves with its summary when the round is closed
 *   seconds  how long the picture is measured, at least
 *   out      folder for the pictures and report.json
 * Resolves with the report; `report.failed` names the parts that did not work.
 */
export async function runHeadless({ room, swarm, seconds, out, log, signal }) {
  await mkdir(out, { recursive: true });
  const report = { startedAt: new Date().toISOString(), parts: {}, failed: [] };
  const part = partRunner(report, log, signal);
  const browser = await launchChromium();
  signal.addEventListener("abort", () => void browser.close(), { once: true });
  try {
    const context = await browser.newContext({ viewport: kDesktop, locale: "zh-CN", deviceScaleFactor: 1 });
    const page = await context.newPage();
    const trouble = watchPage(page);
    await watchDesktop({ page, room, swarm, seconds, out, report, part });
    report.pageErrors = trouble.errors;
    report.cspViolations = trouble.violations;
    await part("no page errors", () => expectNone(trouble.errors));
    await part("no CSP violations", () => expectNone(trouble.violations));
    await context.close();
    await part("mobile picture", () => takeMobilePicture(browser, room, out));
  } finally {
    await browser.close();
  }
  await writeFile(join(out, "report.json"), `${JSON.stringify(report, null, 2)}\n`);
  return report;
}

/** Runs one part, notes whether it worked, and goes on to the next in any case. */
function partRunner(report, log, signal) {
  return async (name, work) => {
    signal.throwIfAborted();
    const began = Date.now();
    try {
      const detail = (await work()) ?? "";
      report.parts[name] = { ok: true, detail, seconds: (Date.now() - began) / 1000 };
      log(`  ok    ${name}${detail === "" ? "" : `: ${detail}`}`);
    } catch (error) {
      signal.throwIfAborted();
      const detail = error.message.split("\n")[0];
      report.parts[name] = { ok: false, detail, seconds: (Date.now() - began) / 1000 };
      report.failed.push(name);
      log(`  FAIL  ${name}: ${detail}`);
    }
  };
}

async function watchDesktop({ page, room, swarm, seconds, out, report, part }) {
  const stats = () => page.evaluate(() => window.sottoDemo.session.overlay.stats());
  let first;
  let began = 0;

  await part("page opens", async () => {
    await page.goto(`${room.pageUrl}?debug`);
    await page.getByTestId("product").first().waitFor({ timeout: 30_000 });
    return page.getByTestId("room-title").textContent();
  });
  await part("video plays", async () => {
    await page.waitForFunction(() => document.querySelector("video").currentTime > 1, null, { timeout: 30_000 });
    const from = await page.evaluate(playback);
    await page.waitForTimeout(2000);
    const to = await page.evaluate(playback);
    if (to.time <= from.time) throw new Error(`stands still at ${to.time} s`);
    if (to.frames <= from.frames) throw new Error("decodes no frames");
    return `${to.width} × ${to.height}, ${((to.frames - from.frames) / 2).toFixed(0)} video frames/s`;
  });
  await part("comments fly", async () => {
    await page.waitForFunction(() => window.sottoDemo.session.overlay.stats().visible > 2, null, { timeout: 30_000 });
    first = await stats();
    began = performance.now();
    return `${first.visible} on screen, drawn by ${first.renderer}`;
  });
  await part("shelf ranks for this viewer", async () => {
    const untouched = await readShelf(page);
    for (const id of kLookedAt) await lookAt(page, id);
    const ranked = await until("another order", async () => {
      const now = await readShelf(page);
      return now.map((p) => p.id).join() !== untouched.map((p) => p.id).join() ? now : null;
    });
    report.recommendationsBefore = ranked.slice(0, kTop);
    return `${ranked[0].title}, ${ranked[0].reason}`;
  });
  await part("nothing is sent without consent", async () => {
    const entries = await page.evaluate(async () => (await window.sottoDemo.session.ledger.entries()).length);
    if (entries !== 0) throw new Error(`the ledger has ${entries} entries`);
    if ((await room.accepted()) !== 0) throw new Error("the leader has a report");
  });
  await part("contribution is accepted", async () => {
    await page.getByTestId("consent").click();
    await page.locator("[data-testid=contribution][data-state=accepted]").waitFor({ timeout: 40_000 });
    const entry = await page.evaluate(async () => {
      const entries = await window.sottoDemo.session.ledger.entries();
      const { bytes, report: _, ...rest } = entries.find(({ state }) => state === "accepted");
      return { ...rest, size: bytes.length };
    });
    report.contribution = entry;
    return `${entry.size} bytes, epsilon ${entry.epsilon.toFixed(2)} at delta ${entry.delta}`;
  });
  await part("own comment is shown", async () => {
    await page.getByTestId("composer-input").fill("晚上好，桂花乌龙香不香？");
    await page.getByTestId("composer-send").click();
    await page.locator("[data-testid=chat-comment].own").waitFor({ timeout: 10_000 });
  });
  await part("round closes", async () => {
    report.swarm = await swarm();
    report.reportsAccepted = await room.accepted();
    const { reports, epsilon, delta, version } = report.swarm.release;
    Object.assign(report, { reportsAggregated: reports, epsilon, delta, publishedVersion: version });
    return `${reports} reports of ${report.reportsAccepted} in the batch, epsilon ${epsilon.toFixed(2)} at delta ${delta}`;
  });
  await part("one operator is said to be no split trust", async () => {
    if (!report.swarm.oneOperator) throw new Error("the swarm saw two operators");
    const label = await page.getByTestId("one-operator").first().textContent();
    if (!/no split trust|没有分权/.test(label)) throw new Error(`the page says "${label}"`);
    return label;
  });
  await part("ranking gains by the round", async () => {
    const { hitRateBefore, hitRateAfter, k, measured } = report.swarm;
    Object.assign(report, { hitRateBefore, hitRateAfter });
    if (!(hitRateAfter > hitRateBefore)) throw new Error(`HR@${k} ${hitRateBefore} -> ${hitRateAfter}`);
    return `HR@${k} of ${measured} other viewers ${hitRateBefore.toFixed(3)} -> ${hitRateAfter.toFixed(3)}`;
  });
  await part("new model ranks", async () => {
    const version = page.locator("[data-testid=models] [data-model=affinity]");
    await page.waitForFunction(() => document.querySelector("[data-testid=changes]:not([hidden])"), null, {
      timeout: 40_000,
    });
    report.modelVersion = await page.evaluate(
      () => window.sottoDemo.session.manifest.models.find((model) => model.id === "affinity")?.version,
    );
    const ranked = await readShelf(page);
    report.recommendationsAfter = ranked.slice(0, kTop);
    const before = report.recommendationsBefore.map((p) => p.id).join();
    if (report.recommendationsAfter.map((p) => p.id).join() === before) throw new Error("the shelf is as it was");
    return `${await version.textContent()}; first is now ${ranked[0].title}`;
  });
  await part("overlay keeps its pace", async () => {
    await page.waitForTimeout(Math.max(0, seconds * 1000 - (performance.now() - began)));
    const last = await stats();
    const elapsed = (performance.now() - began) / 1000;
    report.framesPerSecond = Number(((last.frames - first.frames) / elapsed).toFixed(1));
    report.commentsDrawn = last.drawn;
    report.commentsDropped = last.dropped;
    report.renderer = last.renderer;
    if (last.drawn <= first.drawn) throw new Error("no comment was drawn while we watched");
    if (report.framesPerSecond < 10) throw new Error(`${report.framesPerSecond} frames/s`);
    return `${report.framesPerSecond} frames/s over ${elapsed.toFixed(0)} s, ${last.drawn} comments drawn`;
  });
  await part("comments are judged", async () => {
    const count = async (label) => Number((await page.getByTestId(`mood-${label}`).textContent()).replace(/\D/g, ""));
    report.sentiment = {
      positive: await count("positive"),
      neutral: await count("neutral"),
      negative: await count("negative"),
    };
    const { positive, neutral, negative } = report.sentiment;
    if (positive === 0 || negative === 0) throw new Error(`${positive} positive, ${negative} negative`);
    return `${positive} positive, ${neutral} neutral, ${negative} negative`;
  });
  await part("the room is summed up", async () => {
    const texts = (id, part) => page.getByTestId(id).locator(part).allTextContents();
    const [mood, mean] = [
      await page.getByTestId("mood-word").textContent(),
      await page.getByTestId("mood-mean").textContent(),
    ];
    await page.getByTestId("keyword").first().waitFor({ timeout: 40_000 });
    report.summary = await page.evaluate(() => window.sottoDemo.session.comments.summary());
    report.questions = await texts("questions", ".question-text");
    report.keywords = report.summary.keywords.slice(0, 12).map((keyword) => keyword.text);
    const named = report.summary.products.filter((product) => product.mentions > 0).length;
    if (report.summary.mood.buckets.length === 0) throw new Error("the mood has no history");
    return `${mood} (${mean}); ${report.keywords.slice(0, 4).join(" ")}; ${report.questions.length} questions; ${named} products named`;
  });
  await part("a comment is explained", async () => {
    const line = page.locator("[data-testid=chat-comment].positive .comment-line").last();
    await line.scrollIntoViewIfNeeded();
    await line.hover();
    const bubble = page.getByTestId("bubble");
    await bubble.locator("mark").first().waitFor({ timeout: 10_000 });
    const heads = await bubble
      .locator(".head")
      .evaluateAll((rows) => rows.map((row) => row.innerText.split("\n").join(" ")));
    if (heads.length !== 5) throw new Error(`${heads.length} heads`);
    await page.screenshot({ path: join(out, "why.png") });
    await page.mouse.move(1, 1);
    await bubble.waitFor({ state: "hidden", timeout: 10_000 });
    return heads.join(", ");
  });
  await part("pictures", async () => {
    await page.evaluate(() => scrollTo(0, 0));
    await page.mouse.move(1, 1);
    await page.screenshot({ path: join(out, "viewer-desktop-zh.png") });
    await page.getByTestId("ledger").screenshot({ path: join(out, "ledger.png") });
    await page.getByTestId("pulse").screenshot({ path: join(out, "pulse.png") });
    await page.evaluate(() => scrollTo(0, 0));
    await page.getByTestId("language").click();
    await page.waitForTimeout(600);
    await page.screenshot({ path: join(out, "viewer-desktop-en.png") });
    await page.getByTestId("language").click();
  });
}

/** Runs in the page. */
function playback() {
  const video = document.querySelector("video");
  return {
    time: video.currentTime,
    frames: video.getVideoPlaybackQuality().totalVideoFrames,
    width: video.videoWidth,
    height: video.videoHeight,
  };
}

async function takeMobilePicture(browser, room, out) {
  const context = await browser.newContext({
    viewport: kMobile,
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    locale: "zh-CN",
  });
  try {
    const page = await context.newPage();
    await page.goto(`${room.pageUrl}?debug`);
    await page.waitForFunction(() => window.sottoDemo?.session.overlay.stats().visible > 3, null, { timeout: 40_000 });
    await page.waitForTimeout(2000);
    await page.screenshot({ path: join(out, "viewer-mobile.png") });
  } finally {
    await context.close();
  }
}

function expectNone(list) {
  if (list.length > 0) throw new Error(`${list.length}: ${list[0]}`);
}
