// Serves the benchmark's pages and the package as it was built, isolated from other origins as pages with precise
// clocks are.
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const sdk = fileURLToPath(new URL("../../../sdk/ts/", import.meta.url));
const types = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };

const html = (script) => `<!doctype html>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<style>
  html, body { margin: 0; background: #234; }
  #stage { position: absolute; inset: 0 auto auto 0; width: 1920px; height: 1080px; overflow: hidden; }
  #stage canvas { position: absolute; inset: 0 auto auto 0; }
</style>
<div id="stage"></div>
<script type="module" src="/page/page/${script}.js"></script>
`;

export function requirePackage() {
  for (const file of ["dist/index.js", "dist/core.js", "wasm/core.simd.wasm", "models/comments.bin"]) {
    if (!existsSync(join(sdk, file))) throw new Error(`sdk/ts/${file} is missing. Build the package: npm run build`);
  }
}

/** `/main?system=...&size=...`, `/cycles` and `/seek`. */
export async function servePages(systems) {
  const built = await mkdtemp(join(tmpdir(), "sotto-overlay-bench-"));
  await build({
    absWorkingDir: here,
    entryPoints: [
      "page/main.mjs",
      "page/cycles.mjs",
      "page/seek.mjs",
      ...systems.map((system) => `adapters/${system}.mjs`),
    ],
    outdir: built,
    outbase: here,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    external: ["/sdk/*"],
    logLevel: "warning",
  });
  // The worker's two scripts stay as they are: the package's own must not be changed by a bundler.
  const folders = { sdk, page: built, worker: join(here, "page") };

  const server = createServer(async ({ url }, response) => {
    const headers = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
    const [, folder, ...rest] = new URL(url, "http://x").pathname.split("/");
    if (rest.length === 0) {
      response.writeHead(200, { ...headers, "content-type": "text/html" }).end(html(folder));
      return;
    }
    try {
      const path = normalize(join(folders[folder], ...rest));
      if (!path.startsWith(normalize(folders[folder] + sep))) throw new Error("outside");
      const bytes = await readFile(path);
      const type = types[extname(path)] ?? "application/octet-stream";
      response.writeHead(200, { ...headers, "content-type": type }).end(bytes);
    } catch {
      response.writeHead(404, headers).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await rm(built, { recursive: true, force: true });
    },
  };
}
