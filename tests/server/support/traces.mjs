// Looks for what must not have been kept, in whatever form it might have been.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The bytes of the /64 network of an IPv6 address whose eight groups are all written. */
export const networkOf = (address) => {
  const groups = address.split(":").slice(0, 4);
  return Buffer.from(groups.map((group) => group.padStart(4, "0")).join(""), "hex");
};

/** The ways to write bytes: as they are, in hexadecimal digits, in base64 wherever they may begin. */
function formsOf(bytes) {
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    // Without the digits that its neighbours have a part in.
    return text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
  });
  const url = base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  return { exact: [bytes.toString("latin1"), ...base64, ...url], anyCase: [bytes.toString("hex")] };
}

/** Which of `texts` (by name, in latin1) have `mark` (a string, or bytes) in them; text in upper or lower case. */
export function whereIs(mark, texts) {
  const { exact, anyCase } = formsOf(Buffer.from(mark));
  if (typeof mark === "string") anyCase.push(mark.toLowerCase());
  return Object.entries(texts)
    .filter(([, text]) => {
      const lower = text.toLowerCase();
      return exact.some((form) => text.includes(form)) || anyCase.some((form) => lower.includes(form));
    })
    .map(([name]) => name);
}

/** All files of a folder and those in it, by name, in latin1. */
export function filesOf(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(path, "latin1")]));
}
