// Serves the built page with the headers that a real site should send, and hands /v1 on to the room's server.

import { fileURLToPath } from "node:url";
import { createLogger, preview } from "vite";
import { splitTasksPlugin } from "./split-tasks.mjs";

const kFolder = fileURLToPath(new URL("..", import.meta.url));

/**
 * Nothing inline, nothing from elsewhere but reports to the leader's origin. hls.js feeds the video from blobs; the core
 * needs WebAssembly, not eval.
 */
const securityHeaders = (leader = "") => ({
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "worker-src 'self'",
    `connect-src 'self' ${leader}`.trim(),
    "img-src 'self' data:",
    "media-src 'self' blob: data:", // data: is the empty WebVTT track of hls.js
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; "),
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
});

/**
 * `server` is the room's server, "http://127.0.0.1:8080". `port` 0 takes a free one. `split`: the aggregators
 * { leader: { url, hpke }, helper: { url, hpke } } of tasks under split trust that are added to the manifest; null: none.
 * `leader`: where the page may send reports.
 */
export async function startPageServer({ server, port = 0, split = null, leader = split?.leader.url }) {
  const quiet = createLogger("silent"); // while the server is away, the page says so; the terminal need not
  const page = await preview({
    root: kFolder,
    configFile: false,
    appType: "mpa", // an unknown path is a 404, not the page
    customLogger: quiet,
    plugins: split ? [await splitTasksPlugin(server, split)] : [],
    preview: {
      host: "127.0.0.1",
      port,
      strictPort: port !== 0,
      headers: securityHeaders(leader && new URL(leader).origin),
      proxy: { "/v1": { target: server, ws: true } },
    },
  });
  const { port: bound } = page.httpServer.address();
  return {
    url: `http://127.0.0.1:${bound}/`,
    async close() {
      page.httpServer.closeAllConnections();
      await page.close();
    },
  };
}
