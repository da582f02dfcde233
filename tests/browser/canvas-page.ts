// An empty page in Chromium with WebGL by its software GPU, into which a test's own bundle is loaded: no server, no room.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { findChromium } from "../../web-demo/demo/programs.mjs";

/**
 * Opens the page for a file's tests. `entry` is a file of `pages/`; a worker runs it, too, from `window.bundleUrl`.
 * `flags` are Chromium's.
 */
export function useCanvasPage(entry: string, flags: readonly string[] = []): { readonly page: Page } {
  let browser: Browser | undefined;
  let page: Page | undefined;
  const errors: string[] = [];
  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL(`pages/${entry}`, import.meta.url))],
      bundle: true,
      format: "iife",
      target: "es2022",
      write: false,
    });
    const bundle = outputFiles[0]?.text ?? "";
    browser = await chromium.launch({
      executablePath: findChromium(),
      args: ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-sandbox", ...flags],
    });
    page = await browser.newPage();
    page.on("pageerror", (error) => errors.push(error.stack ?? error.message));
    await page.evaluate((text) => {
      const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
      Object.assign(window, { bundleUrl: url });
      const script = document.createElement("script");
      script.src = url;
      return new Promise((resolve, reject) => {
        script.onload = resolve;
        script.onerror = reject;
        document.head.append(script);
      });
    }, bundle);
  });
  afterAll(async () => {
    await browser?.close();
    expect(errors).toEqual([]);
  });
  return {
    get page() {
      if (!page) throw new Error("the page has not opened");
      return page;
    },
  };
}
