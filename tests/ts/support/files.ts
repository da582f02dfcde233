// Where things are, for tests that run in node.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../../", import.meta.url));

export const variants = ["simd", "mvp"] as const;
export type Variant = (typeof variants)[number];

export const wasmOf = (
  variant: Variant,
  module: "core" | "recommend" | "federation" = "core",
): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(join(root, `sdk/ts/wasm/${module}.${variant}.wasm`)));

export const commentModelFile = join(root, "models/comments.bin");

export interface RoomProduct {
  id: string;
  title: { zh: string; en: string };
  category: string;
  price: { amount: number; currency: string };
}

export const roomProducts = (): RoomProduct[] =>
  JSON.parse(readFileSync(join(root, "web-demo/room/products.json"), "utf8"));

export const roomEvents = (): object[] => JSON.parse(readFileSync(join(root, "web-demo/room/events.json"), "utf8"));

export const roomComments = (): string[] =>
  readFileSync(join(root, "web-demo/room/comments.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line).text);

/** The seeds of the fuzzers whose name matches. */
export const fuzzSeeds = (fuzzer: RegExp): { name: string; bytes: Buffer }[] => {
  const folder = join(root, "tests/fuzz/corpus");
  return readdirSync(folder)
    .filter((name) => fuzzer.test(name))
    .flatMap((name) => readdirSync(join(folder, name)).map((seed) => `${name}/${seed}`))
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
};

/** The native program that prints what WASM must print, too. */
export function identityProgram(): string {
  const build = join(root, "build");
  const folders = [
    ...(process.env.SOTTO_BUILD_DIR ? [process.env.SOTTO_BUILD_DIR] : []),
    ...(existsSync(build) ? ["dev", "release", ...readdirSync(build)].map((name) => join(build, name)) : []),
  ];
  const candidates = [process.env.SOTTO_IDENTITY, ...folders.map((folder) => join(folder, "sotto_identity"))];
  const found = candidates.find((path) => path && existsSync(path));
  if (!found) throw new Error("sotto_identity is not built. Run: cmake --preset dev && cmake --build --preset dev");
  return found;
}
