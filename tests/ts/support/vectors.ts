// Published test vectors, which are not part of the repository. Where they are is in SOTTO_VECTORS.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.env.SOTTO_VECTORS ?? "";

/** The JSON files of a folder of vectors by their names; none, and a word on it, where there are no vectors. */
export function vectorFiles(of: string): { name: string; read: () => unknown }[] {
  const path = join(folder, of);
  if (!folder || !existsSync(path)) {
    console.log(`skipped: vectors not found (${of}; set SOTTO_VECTORS)`);
    return [];
  }
  return readdirSync(path)
    .filter((name) => name.endsWith(".json"))
    .map((name) => ({ name, read: () => JSON.parse(readFileSync(join(path, name), "utf8")) }));
}

export const unhex = (hex: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(hex, "hex"));
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
