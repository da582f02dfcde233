// The overlay's page side in Chromium, with an engine that only remembers: what it is told, and what it answers.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import type { Overlay } from "../../sdk/ts/src/overlay/overlay.js";
import type { OverlayOptions } from "../../sdk/ts/src/types.js";
import type { PlacedComment } from "../../sdk/ts/src/worker/protocol.js";
import { launchChromium } from "../../web-demo/demo/browser.mjs";

export interface OverlayPage {
  overlay: Overlay;
  /** The page's comments; the engine answers from them. */
  comments: PlacedComment[];
  /** Names and contents of what the engine was told and asked, oldest first. */
  said: [name: string, content: unknown][];
  events: [type: string, detail: unknown][];
  failures: string[];
  /** Clicks that reached the player and its button. */
  clicks: { player: number; button: number };
}

declare global {
  interface Window {
    overlayPage: OverlayPage;
    startOverlay(options: OverlayOptions): Promise<void>;
    /** Decides when, and whether, a part of the overlay is loaded. */
    gate?: <Part>(load: () => Promise<Part>) => Promise<Part>;
  }
}

const source = fileURLToPath(new URL("../../sdk/ts/src/overlay/overlay.ts", import.meta.url));

/** In the page: a player of 640 by 360, a button of its own at the bottom left, and the overlay over it. */
const script = `
import { Overlay } from ${JSON.stringify(source)};
window.startOverlay = async (options) => {
  const video = document.querySelector("video");
  const page = { comments: [], said: [], events: [], failures: [], clicks: { player: 0, button: 0 } };
  window.overlayPage = page;
  document.querySelector("#player").onclick = () => page.clicks.player++;
  document.querySelector("#button").onclick = () => page.clicks.button++;
  const at = ({ x, y }) =>
    page.comments.find((c) => x >= c.x && y >= c.y && x < c.x + c.width && y < c.y + c.height);
  const answers = {
    hold: (request) => ({
      held: request?.id ? page.comments.find((c) => c.comment.id === request.id) : request ? at(request) : undefined,
    }),
    visibleComments: () => ({ comments: page.comments }),
    loadRecording: ({ comments }) => ({ shown: comments.length, dropped: [] }),
    capture: () => ({ picture: new Blob(["png"]) }),
  };
  const copy = (content) => structuredClone(content);
  const client = {
    async call(name, request) {
      page.said.push([name, name === "attachOverlay" ? request.layout : copy(request)]);
      return answers[name]?.(request);
    },
    tell(name, content, transfer = []) {
      page.said.push([name, transfer.length ? Object.keys(content) : copy(content)]);
    },
  };
  page.overlay = new Overlay({
    video, options, container: undefined, locale: "en", programmeTime: () => 7,
    select: (product, action) => page.events.push(["select", { product: product.id, action }]),
    emit: (type, detail) => page.events.push([type, detail]),
    failed: (error) => page.failures.push(error.message),
  });
  await page.overlay.start(client, "main", "webgl.js");
};`;

/** Parts that are loaded go through window.gate. */
const gated: Plugin = {
  name: "gated",
  setup({ onLoad }) {
    onLoad({ filter: /src\/overlay\/.*\.ts$/ }, ({ path }) => ({
      loader: "ts",
      contents: readFileSync(path, "utf8").replace(
        /part\((import\("[^"]+"\))\)/g,
        "part((window.gate ?? ((load) => load()))(() => $1))",
      ),
    }));
  },
};

const html = `<!doctype html><html lang="en"><title>player</title><style>
  body { margin: 0; height: 1200px; background: #446; }
  #player { position: relative; width: 640px; height: 360px; }
  video { position: absolute; inset: 0; width: 100%; height: 100%; background: #335; }
  #button { position: absolute; left: 8px; bottom: 8px; width: 80px; height: 30px; z-index: 2; }
  #subtitles { position: absolute; left: 160px; top: 270px; width: 320px; height: 36px; }
</style><div id="player"><video></video><button id="button">Play</button><div id="subtitles">subtitles</div></div>`;

/** Opens such pages in one browser. */
export function useOverlayPages(): {
  open(options?: OverlayOptions, context?: BrowserContextOptions): Promise<Page>;
} {
  let browser: Browser | undefined;
  let bundle = "";
  beforeAll(async () => {
    browser = await launchChromium();
    const { outputFiles } = await build({
      stdin: { contents: script, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
      bundle: true,
      format: "iife",
      write: false,
      target: "es2022",
      plugins: [gated],
    });
    bundle = outputFiles[0]?.text ?? "";
  });
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close();
  });
  afterAll(async () => browser?.close());
  return {
    async open(options = {}, context = {}) {
      if (!browser) throw new Error("the browser has not started");
      const page = await (await browser.newContext({ viewport: { width: 800, height: 600 }, ...context })).newPage();
      await page.setContent(html);
      await page.addScriptTag({ content: bundle });
      await page.evaluate((given) => window.startOverlay(given), options);
      return page;
    },
  };
}

export const comment = (id: string, x: number, y: number, more: object = {}): PlacedComment => ({
  comment: { id, at: 1, user: "Ann", text: `words of ${id}`, own: false, ...more },
  x,
  y,
  width: 120,
  height: 36,
});
