// The packed package, bundled by Vite for production, in Chromium under a strict CSP.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { build, createServer as createViteServer } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../../web-demo/demo/browser.mjs";
import { openPage } from "./browser-page.js";
import { type Consumer, installPacked, type StaticServer, serveFolder } from "./support.js";

let consumer: Consumer;
let server: StaticServer;
let browser: Browser;

beforeAll(async () => {
  consumer = await installPacked();
  await build({ root: consumer.folder, logLevel: "warn", build: { assetsInlineLimit: 0 } });
  server = await serveFolder(join(consumer.folder, "dist"));
  browser = await launchChromium();
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
  consumer?.remove();
});

/** The overlay as a viewer sees it: its numbers, and the share of its pixels that are painted. */
const look = (page: Page) =>
  page.evaluate(async () => ({
    painted: await window.page.painted(),
    stats: window.page.session.overlay.stats(),
  }));

describe("a production build", () => {
  it("emits the worker, both wasm files and the comment model", () => {
    const assets = readdirSync(join(consumer.folder, "dist/assets"));
    expect(assets.filter((name) => /^worker-.*\.js$/.test(name))).toHaveLength(1);
    expect(assets.filter((name) => /^core\.simd-.*\.wasm$/.test(name))).toHaveLength(1);
    expect(assets.filter((name) => /^core\.mvp-.*\.wasm$/.test(name))).toHaveLength(1);
    expect(assets.filter((name) => /^comments-.*\.bin$/.test(name))).toHaveLength(1);
  });

  it("judges comments in the worker, with no complaint under the strict CSP", async () => {
    const { page, complaints } = await openPage(browser, server.origin);
    const judged = await page.evaluate(async () => {
      const session = await window.page.create();
      const [good, bad] = await session.comments.classify(["东西很好，非常喜欢", "质量太差了，很失望"]);
      await session.dispose();
      return [good?.sentiment.label, bad?.sentiment.label];
    });
    expect(judged).toEqual(["positive", "negative"]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("also without SIMD", async () => {
    const { page, complaints } = await openPage(browser, server.origin, {
      before: () => {
        WebAssembly.validate = () => false;
      },
    });
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    const label = await page.evaluate(async () => {
      const session = await window.page.create();
      return (await session.comments.classify("东西很好，非常喜欢")).sentiment.label;
    });
    expect(label).toBe("positive");
    expect(requests.filter((url) => /core\.mvp/.test(url))).toHaveLength(1);
    expect(requests.filter((url) => /core\.simd/.test(url))).toHaveLength(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("draws comments from the worker while the page's own thread is busy", async () => {
    const { page, complaints } = await openPage(browser, server.origin);
    await page.evaluate(async () => {
      await window.page.play();
      const session = await window.page.create({ overlayOptions: { cards: false } });
      for (let i = 0; i < 20; i++) session.overlay.push({ text: `弹幕 comment ${i} 🍵` });
    });
    await expect.poll(async () => (await look(page)).stats.drawn).toBeGreaterThanOrEqual(5);
    await expect.poll(async () => (await look(page)).painted).toBeGreaterThan(0.01);
    const { renderer, drawn, waiting, dropped } = (await look(page)).stats;
    expect(renderer).toBe("worker");
    expect(drawn + waiting + dropped).toBe(20);

    // Of the second that begins with `first`, in which the page is busy. A worker that waits for the page draws one frame.
    const frames = await page.evaluate(async () => {
      const { session } = window.page;
      const stats = () =>
        new Promise<number>((resolve) => {
          session.addEventListener("stats", ({ detail }) => resolve(detail.frames), { once: true });
        });
      const first = await stats();
      const busyUntil = performance.now() + 2000;
      while (performance.now() < busyUntil);
      return (await stats()) - first;
    });
    expect(frames).toBeGreaterThan(2);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("draws on the page's own thread where there is no OffscreenCanvas", async () => {
    const { page, complaints } = await openPage(browser, server.origin, {
      before: () => {
        Reflect.deleteProperty(HTMLCanvasElement.prototype, "transferControlToOffscreen");
        Reflect.deleteProperty(globalThis, "OffscreenCanvas");
      },
    });
    await page.evaluate(async () => {
      await window.page.play();
      const session = await window.page.create({ overlayOptions: { cards: false } });
      for (let i = 0; i < 20; i++) session.overlay.push({ text: `弹幕 comment ${i} 🍵` });
    });
    await expect.poll(async () => (await look(page)).painted).toBeGreaterThan(0.01);
    expect((await look(page)).stats.renderer).toBe("main");
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("answers which comment is under a point", async () => {
    const { page } = await openPage(browser, server.origin);
    const picked = await page.evaluate(async () => {
      await window.page.play();
      const session = await window.page.create({ overlayOptions: { crossing: 4, cards: false } });
      const id = session.overlay.push({ text: "一条很长很长很长很长很长的弹幕", user: "momo" });
      let hit = null;
      while (!hit) hit = await session.overlay.pick(600, 20);
      return { id, hit, miss: await session.overlay.pick(600, 340) };
    });
    expect(picked.hit).toMatchObject({ id: picked.id, user: "momo", text: "一条很长很长很长很长很长的弹幕" });
    expect(picked.miss).toBeNull();
    await page.context().close();
  });

  it("shows comments standing still to viewers who prefer reduced motion", async () => {
    const { page, complaints } = await openPage(browser, server.origin, { reducedMotion: "reduce" });
    await page.evaluate(async () => {
      await window.page.play();
      const session = await window.page.create();
      session.overlay.push({ text: "hello", user: "momo" });
      session.overlay.push({ text: "mine", own: true });
    });
    const log = page.getByRole("log", { name: "Live comments" });
    await log.getByText("momo: hello").waitFor();
    expect(await log.locator("li.own").textContent()).toBe("mine");
    const renderer = await page.evaluate(async () => {
      await new Promise((resolve) => window.page.session.addEventListener("stats", resolve, { once: true }));
      return window.page.session.overlay.stats().renderer;
    });
    expect(renderer).toBe("list");
    expect(await page.getByRole("button", { name: "Mountain green tea, ¥98.00" }).isVisible()).toBe(true);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("reaches product cards by keyboard, under their names, and takes no other pointer from the player", async () => {
    const { page, complaints } = await openPage(browser, server.origin);
    await page.evaluate(async () => {
      await window.page.play();
      await window.page.create();
    });
    const card = page.getByRole("button", { name: "Mountain green tea, ¥98.00" });
    await card.waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => window.page.events.some(([type]) => type === "select"));
    const engaged = await page.evaluate(() => [...window.page.session.engaged]);
    expect(engaged).toEqual(["p1"]);
    const listed = await page.evaluate(async () =>
      (await window.page.session.recommend()).map(({ product }) => product.id),
    );
    expect(listed.length).toBeGreaterThan(0);
    expect(listed).not.toContain("p1");
    const under = await page.evaluate(() => document.elementFromPoint(500, 60)?.tagName);
    expect(under).toBe("VIDEO");
    // The picture is an SVG, which only the page can decode: it must have reached the worker's card.
    const box = await card.boundingBox();
    const colour = () =>
      page.evaluate(
        ([x, y]) => {
          const canvas = document
            .querySelector("[data-sotto]")
            ?.shadowRoot?.querySelector("canvas") as HTMLCanvasElement;
          const copy = document.createElement("canvas");
          copy.width = 640;
          copy.height = 360;
          const context = copy.getContext("2d") as CanvasRenderingContext2D;
          context.drawImage(canvas, 0, 0, 640, 360);
          return Array.from(context.getImageData(x as number, y as number, 1, 1).data);
        },
        [(box?.x ?? 0) + 40, (box?.y ?? 0) + 48],
      );
    await expect.poll(colour).toEqual([0, 0, 255, 255]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("leaves the page as it was after dispose()", async () => {
    const { page, complaints } = await openPage(browser, server.origin);
    const { before, during, after } = await page.evaluate(async () => {
      const html = () => document.body.outerHTML;
      const start = html();
      const session = await window.page.create();
      const between = html();
      await session.dispose();
      return { before: start, during: between, after: html() };
    });
    expect(during).not.toBe(before);
    expect(after).toBe(before);
    await expect.poll(() => page.workers().length).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("remembers engagements and the ledger over a reload", async () => {
    const { page } = await openPage(browser, server.origin);
    await page.evaluate(async () => {
      const session = await window.page.create();
      session.engage("p1", "buy");
    });
    // A session of its own sees what is on disk, and nothing else.
    const stored = () =>
      page.evaluate(async () => {
        const session = await window.page.create({ overlay: null });
        const engaged = [...session.engaged];
        await session.dispose();
        return engaged;
      });
    await expect.poll(stored).toEqual(["p1"]);
    await page.reload();
    await page.waitForSelector("html[data-ready]", { state: "attached" });
    const [listed, forgotten] = await page.evaluate(async () => {
      const session = await window.page.create();
      const ids = async () => (await session.recommend()).map(({ product }) => product.id);
      const before = await ids();
      await session.ledger.forget();
      return [before, await ids()];
    });
    expect(listed).not.toContain("p1");
    expect(forgotten).toContain("p1");
    await page.context().close();
  });

  it("starts a session from <live-overlay>, and ends it with the element", async () => {
    const { page, complaints } = await openPage(browser, server.origin);
    const states = await page.evaluate(async () => {
      const element = document.createElement("live-overlay");
      element.setAttribute("manifest", JSON.stringify(window.page.manifest));
      element.append(document.createElement("video"));
      const started = new Promise((resolve) => element.addEventListener("session", resolve, { once: true }));
      document.body.append(element);
      await started;
      const { session } = element;
      const seen: unknown[] = [session?.state, session?.consent.state];
      for (const consent of ["granted", "ask"]) {
        element.setAttribute("consent", consent);
        seen.push(session?.consent.state);
      }
      element.remove();
      return [...seen, session?.state, element.session];
    });
    expect(states).toEqual(["running", "ask", "granted", "denied", "disposed", undefined]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("configures the overlay by attributes of <live-overlay>, and says what is wrong with one", async () => {
    const { page, complaints } = await openPage(browser, server.origin);
    const said = await page.evaluate(async () => {
      const element = document.createElement("live-overlay");
      const quiet = () => {};
      Object.assign(element, { options: { logger: { debug: quiet, info: quiet, warn: quiet, error: quiet } } });
      element.setAttribute("manifest", JSON.stringify(window.page.manifest));
      element.setAttribute("mode", "list");
      element.append(document.createElement("video"));
      const errors: string[] = [];
      element.addEventListener("error", (event) => errors.push(String((event as unknown as CustomEvent).detail)));
      const started = new Promise((resolve) => element.addEventListener("session", resolve, { once: true }));
      document.body.append(element);
      await started;
      const lists = () =>
        [...(element.shadowRoot?.querySelector("[data-sotto]")?.shadowRoot?.querySelectorAll("ol") ?? [])].map(
          ({ hidden }) => hidden,
        );
      while (lists().length === 0) await new Promise((resolve) => setTimeout(resolve, 20)); // loaded when it is shown
      const seen: unknown[] = [lists()];
      element.setAttribute("mode", "scroll");
      element.setAttribute("font-size", "30");
      element.setAttribute("density", "dense");
      seen.push(lists());
      element.setAttribute("opacity", "7");
      element.removeAttribute("opacity");
      element.remove();
      return [...seen, errors];
    });
    expect(said).toEqual([[false], [true], ["INVALID_ARGUMENT: overlay option opacity is 7 0 to 1."]]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("hears of consent that <live-overlay> lost while it started", async () => {
    const { page, complaints } = await openPage(browser, server.origin);
    const states = await page.evaluate(async () => {
      const element = document.createElement("live-overlay");
      element.setAttribute("manifest", JSON.stringify(window.page.manifest));
      element.setAttribute("consent", "granted");
      element.append(document.createElement("video"));
      const started = new Promise((resolve) => element.addEventListener("session", resolve, { once: true }));
      const whileItStarts: typeof fetch = (input, init) => {
        element.setAttribute("consent", "denied");
        return fetch(input, init);
      };
      Object.assign(element, { options: { fetch: whileItStarts } });
      document.body.append(element);
      await started;
      return element.session?.consent.state;
    });
    expect(states).toBe("denied");
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("says what is served in the wasm's place", async () => {
    const { page } = await openPage(browser, server.origin);
    const said = await page.evaluate(() =>
      window.page.create({ assets: { wasm: "/no/such/core.wasm" } }).catch((error: Error) => String(error)),
    );
    expect(said).toContain(`${server.origin}/no/such/core.wasm answered with HTML (Content-Type text/html`);
    expect(said).toContain("assets.wasm");
    await page.context().close();
  });

  it("says that the worker's script is missing", async () => {
    const { page } = await openPage(browser, server.origin);
    const said = await page.evaluate(() =>
      window.page.create({ assets: { worker: "/no/such/worker.js" } }).catch((error: Error) => String(error)),
    );
    expect(said).toMatch(/^UNAVAILABLE: the worker/);
    expect(said).toContain("worker-src");
    await page.context().close();
  });
});

describe("without a bundler", () => {
  const manifest = JSON.stringify({ version: 1, stream: "plain", title: { en: "Plain" }, products: [] });
  let plain: StaticServer;
  beforeAll(async () => {
    plain = await serveFolder(consumer.folder);
  });
  afterAll(() => plain?.close());

  /** A page of the same origin without scripts. Scripts are strings, because vitest rewrites import() in functions. */
  async function evaluate(script: string): Promise<{ result: unknown; complaints: string[] }> {
    const { page, complaints } = await openPage(browser, server.origin);
    await page.goto(`${plain.origin}/public/empty.html`);
    const result = await page.evaluate(`(async () => { ${script} })()`);
    await page.context().close();
    return { result, complaints };
  }

  it("the package's own files work as plain ES modules", async () => {
    const { result, complaints } = await evaluate(`
      const { LiveSession } = await import("/node_modules/@sotto/live/dist/index.js");
      const video = document.createElement("video");
      const session = await LiveSession.create({ video, manifest: ${manifest}, overlay: null, storage: "memory" });
      return (await session.comments.classify("东西很好，非常喜欢")).sentiment.label;
    `);
    expect(result).toBe("positive");
    expect(complaints).toEqual([]);
  });

  it("<live-overlay> takes options that were set before it was defined, and later ones", async () => {
    const { result, complaints } = await evaluate(`
      const element = document.createElement("live-overlay");
      element.setAttribute("manifest", ${JSON.stringify(manifest)});
      element.append(document.createElement("video"));
      element.options = { consent: "granted", storage: "memory" };
      document.body.append(element);
      const next = () => new Promise((resolve) => {
        element.addEventListener("session", ({ detail }) => resolve(detail.consent.state), { once: true });
      });
      const early = next();
      await import("/node_modules/@sotto/live/dist/element.js");
      const states = [await early];
      element.options = { consent: "denied", storage: "memory" };
      return [...states, await next()];
    `);
    expect(result).toEqual(["granted", "denied"]);
    expect(complaints).toEqual([]);
  });
});

describe("Vite's development server", () => {
  it("names the setting that is missing when it pre-bundles the package", async () => {
    const vite = await createViteServer({
      root: consumer.folder,
      logLevel: "error",
      server: { port: 0, host: "127.0.0.1" },
    });
    await vite.listen();
    const { page } = await openPage(browser, vite.resolvedUrls?.local[0] as string);
    const said = await page.evaluate(() => window.page.create().catch((error: Error) => String(error)));
    expect(said).toContain("optimizeDeps: { exclude: ['@sotto/live'] }");
    await page.context().close();
    await vite.close();
  });

  it("works with the package excluded from pre-bundling", async () => {
    const vite = await createViteServer({
      root: consumer.folder,
      logLevel: "error",
      server: { port: 0, host: "127.0.0.1" },
      optimizeDeps: { exclude: ["@sotto/live"] },
    });
    await vite.listen();
    const { page, complaints } = await openPage(browser, vite.resolvedUrls?.local[0] as string);
    const label = await page.evaluate(async () => {
      const session = await window.page.create();
      return (await session.comments.classify("质量太差了，很失望")).sentiment.label;
    });
    expect(label).toBe("negative");
    expect(complaints).toEqual([]);
    await page.context().close();
    await vite.close();
  });
});
