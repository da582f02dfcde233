// What every test here starts from: a running room, and a viewer's page in Chromium that is watched for trouble.
import type { LiveSession } from "@sotto/live";
import type { Browser, BrowserContextOptions, Page, Request } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject } from "vitest";
import { launchChromium, watchPage } from "../../web-demo/demo/browser.mjs";
import { startRoom } from "../../web-demo/demo/room.mjs";

declare global {
  interface Window {
    sottoDemo: { session: LiveSession };
  }
}

/** Seconds within which a page here contributes after consent; ten where nobody waits for it. */
export const kContributeWithin = 1;

/** Of tasks under split trust. */
export type Aggregators = { leader: { url: string }; helper: { url: string } };

export type Room = Awaited<ReturnType<typeof startRoom>>;

/** Starts a room for the tests of one file, and stops it after them. */
export function useRoom(options: { minimum?: number; split?: () => Promise<Aggregators> } = {}): {
  readonly room: Room;
} {
  let room: Room | undefined;
  const deaths: string[] = [];
  beforeAll(async () => {
    const { split, ...rest } = options;
    const died = (sentence: string) => deaths.push(sentence);
    room = await startRoom({ video: inject("video"), ...rest, split: (await split?.()) ?? null, died });
  });
  afterAll(async () => {
    await room?.stop();
    expect(deaths).toEqual([]);
  });
  return {
    get room() {
      if (!room) throw new Error("the room has not started");
      return room;
    },
  };
}

export interface Viewer {
  readonly page: Page;
  /** Every request of the page and of its worker, the oldest first. */
  readonly requests: Request[];
  /** Text that the page has sent over WebSockets. */
  readonly frames: string[];
  readonly trouble: { errors: string[]; violations: string[] };
}

export interface ViewerOptions extends BrowserContextOptions {
  /** What else stands in the page's query. */
  query?: string;
  /** Called before the page is opened, to route requests. */
  prepare?: (page: Page) => Promise<unknown>;
}

/** Opens pages in one browser; each has storage of its own, as another person's device. */
export function useViewers(): { open(room: Room, options?: ViewerOptions): Promise<Viewer> } {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close();
  });
  afterAll(async () => browser?.close());
  return {
    async open(room, { query, prepare, ...options } = {}) {
      if (!browser) throw new Error("the browser has not started");
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB", ...options });
      const page = await context.newPage();
      const requests: Request[] = [];
      const frames: string[] = [];
      page.on("request", (request) => requests.push(request));
      page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => frames.push(String(payload))));
      const trouble = watchPage(page);
      await prepare?.(page);
      await page.goto(`${room.pageUrl}?debug&within=${kContributeWithin}${query ? `&${query}` : ""}`);
      return { page, requests, frames, trouble };
    },
  };
}

/** Resolves when the room is open and ranked. */
export async function waitForRoom(page: Page): Promise<void> {
  await page.getByTestId("product").first().waitFor();
}

/** Resolves when at least `count` comments are on the picture. */
export async function waitForComments(page: Page, count: number): Promise<void> {
  await page.waitForFunction((least) => window.sottoDemo.session.overlay.stats().visible >= least, count);
}

/** The ids of the shelf's products, in order. */
export async function shelfOrder(page: Page): Promise<string[]> {
  return page
    .getByTestId("product")
    .evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.product ?? ""));
}
