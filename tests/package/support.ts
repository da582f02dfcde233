// The packed package in a folder of its own, and pages that use it.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const page = join(root, "tests/package/page");

export interface Consumer {
  folder: string;
  tarball: string;
  /** Paths in the tarball. */
  files: string[];
  remove(): void;
}

/** Packs the package as npm would publish it, and installs it into a new folder with a copy of the page. */
export function installPacked(): Consumer {
  const folder = mkdtempSync(join(tmpdir(), "sotto-package-"));
  const npm = (cwd: string, ...args: string[]) =>
    execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const [packed] = JSON.parse(npm(join(root, "sdk/ts"), "pack", "--json", "--pack-destination", folder));
  const tarball = join(folder, packed.filename);
  cpSync(page, folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  npm(folder, "install", "--offline", "--no-audit", "--no-fund", tarball);
  return {
    folder,
    tarball,
    files: packed.files.map(({ path }: { path: string }) => path),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What a careful host page sends. */
export const strictCsp = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "media-src 'self' blob:",
  "connect-src 'self'",
].join("; ");

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".bin": "application/octet-stream",
};

export interface StaticServer {
  origin: string;
  close(): Promise<void>;
}

/** Files of a folder under the strict CSP; for what is not there, the index page with 200, as single-page apps do. */
export async function serveFolder(folder: string): Promise<StaticServer> {
  const server: Server = createServer(({ url = "/" }, response) => {
    let path = join(folder, normalize(new URL(url, "http://x").pathname));
    try {
      if (statSync(path).isDirectory()) path = join(path, "index.html");
    } catch {
      path = join(folder, "index.html");
    }
    response
      .writeHead(200, {
        "content-type": types[extname(path)] ?? "application/octet-stream",
        "content-security-policy": strictCsp,
      })
      .end(readFileSync(path));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.SOTTO_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--autoplay-policy=no-user-gesture-required",
    ],
  });
