// A page in Chromium that reports what must not happen: CSP violations, uncaught errors, console errors.
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

export interface WatchedPage {
  page: Page;
  /** Everything that went wrong so far. */
  complaints: string[];
}

export interface OpenOptions extends BrowserContextOptions {
  /** Runs in the page before anything else. */
  before?: () => void;
}

export async function openPage(
  browser: Browser,
  url: string,
  { before, ...options }: OpenOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 800, height: 600 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || /Content.Security.Policy/i.test(message.text())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  if (before) await page.addInitScript(before);
  await page.goto(url);
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  return { page, complaints };
}
