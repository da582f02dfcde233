// The packed package in a folder of its own, and pages that use it.
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const page = join(root, "tests/package/page");

export interface Consumer {
  folder: string;
  tarball: string;
  /** Paths in the tarball. */
  files: string[];
  remove(): void;
}

export interface Finished {
  status: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end without blocking this thread, which vitest needs. */
export const run = (program: string, args: readonly string[], cwd = root): Promise<Finished> =>
  new Promise((resolve) => {
    const child = execFile(program, args, { cwd, maxBuffer: 1 << 26 }, (_, stdout, stderr) =>
      resolve({ status: child.exitCode ?? 1, stdout, stderr }),
    );
  });

/** As run(), for a program that must succeed; its standard output. */
export async function output(program: string, args: readonly string[], cwd?: string): Promise<string> {
  const { status, stdout, stderr } = await run(program, args, cwd);
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}

/** Packs the package as npm would publish it, and installs it into a new folder with a copy of the page. */
export async function installPacked(): Promise<Consumer> {
  const folder = mkdtempSync(join(tmpdir(), "sotto-package-"));
  const pack = ["pack", "--json", "--pack-destination", folder];
  const [packed] = JSON.parse(await output("npm", pack, join(root, "sdk/ts")));
  const tarball = join(folder, packed.filename);
  cpSync(page, folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  await output("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball], folder);
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
