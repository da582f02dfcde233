// The viewer page in Chromium without a session and without a server: its parts show what a test hands them, under the
// content security policy that the real page has.
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { CommentSummary, Product, Verdict } from "@sotto/live";
import { build } from "esbuild";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { launchChromium, watchPage } from "../../web-demo/demo/browser.mjs";
import type { RoomPage } from "./pages/room.js";

declare global {
  interface Window {
    room: RoomPage;
  }
}

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const kOrigin = "http://room.test";
const kTypes: Record<string, string> = { ".svg": "image/svg+xml", ".js": "text/javascript", ".css": "text/css" };
const kPolicy = "default-src 'self'; style-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
const kPage = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="/sotto.svg">
<link rel="stylesheet" href="/room.css"></head><body><div id="app"></div><script src="/room.js"></script></body></html>`;

/** The demo's products, as a session hands them out. */
export const products: Product[] = JSON.parse(readFileSync(path("../../web-demo/room/products.json"), "utf8")).map(
  (product: Product) => ({ ...product, image: `/room/${product.image}` }),
);

async function bundle(): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    entryPoints: [path("pages/room.ts")],
    outdir: path("pages"),
    bundle: true,
    format: "iife",
    target: "es2022",
    write: false,
    // Of the package, the parts take nothing but how a price is written.
    alias: { "@sotto/live": path("../../sdk/ts/src/session/price.ts") },
  });
  return new Map(outputFiles.map((file) => [`/room${extname(file.path)}`, file.text]));
}

/** Opens such pages in one browser. */
export function useRoomPages(): { open(options?: BrowserContextOptions): Promise<Page> } {
  let browser: Browser | undefined;
  let files = new Map<string, string>();
  const troubles: ReturnType<typeof watchPage>[] = [];
  beforeAll(async () => {
    [browser, files] = await Promise.all([launchChromium(), bundle()]);
  });
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close();
    for (const trouble of troubles.splice(0)) expect(trouble).toEqual({ errors: [], violations: [] });
  });
  afterAll(async () => browser?.close());
  return {
    async open(options = {}) {
      if (!browser) throw new Error("the browser has not started");
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB", ...options });
      const page = await context.newPage();
      troubles.push(watchPage(page));
      await page.route(`${kOrigin}/**`, (route) => {
        const { pathname } = new URL(route.request().url());
        const contentType = kTypes[extname(pathname)] ?? "text/html";
        const headers = { "content-security-policy": kPolicy, "content-type": `${contentType}; charset=utf-8` };
        if (pathname === "/") return route.fulfill({ headers, body: kPage });
        const built = files.get(pathname);
        if (built !== undefined) return route.fulfill({ headers, body: built });
        const file = pathname.startsWith("/room/") ? `../../web-demo${pathname}` : `../../web-demo/public${pathname}`;
        return route.fulfill({ headers, path: path(file) });
      });
      await page.goto(`${kOrigin}/`);
      await page.waitForFunction(() => window.room !== undefined);
      await page.evaluate((all) => {
        const { header, shelf, clock } = window.room.page;
        header.setTitle({ zh: "听松茶集 · 秋夜直播", en: "Pine & Kettle · Autumn Night Live" });
        header.setPresence("open");
        clock.setEpoch("2026-03-01T12:00:00Z");
        shelf.setProducts(all);
        const reason = { kind: "content" as const, text: { zh: "为喜欢茶的你", en: "Because you like tea" } };
        shelf.show(all.map((product, i) => ({ product, score: 1 - i / 100, reason })) as never);
        shelf.setOnStage("p02");
      }, products);
      return page;
    },
  };
}

export const show = (page: Page, summary: CommentSummary) =>
  page.evaluate((next) => {
    const { mood, pulse, shelf } = window.room.page;
    mood.show(next);
    pulse.show(next);
    shelf.setOpinions(next.products);
  }, summary);

export const say = (page: Page, text: string, judged: Verdict, user?: string) =>
  page.evaluate(([words, verdict, name]) => window.room.comment(words, verdict, name), [text, judged, user] as const);
