// Finds the programs that the demo starts. A missing one is named in one line with what to do.

import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";

export const kRoot = fileURLToPath(new URL("../..", import.meta.url));

/** An error whose message is all that a person needs: no stack is printed. */
export class DemoError extends Error {}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function search(name) {
  if (isAbsolute(name)) return isProgram(name) ? name : null;
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    if (folder !== "" && isProgram(join(folder, name))) return join(folder, name);
  }
  return null;
}

function find(what, candidates, hint) {
  for (const candidate of candidates.filter(Boolean)) {
    const found = search(candidate);
    if (found) return found;
  }
  throw new DemoError(`${what} was not found. ${hint}`);
}

/** A program of ours: the one that `variable` names, else of the optimised build, else of the one for development. */
function findOurs(name, variable, folder) {
  const builds = ["release", "dev"].map((preset) => join(kRoot, "build", preset, folder, name));
  return find(name, [process.env[variable], ...builds], "Build it: npm run build");
}

export const findServer = () => findOurs("sotto-server", "SOTTO_SERVER", "server-stub");
export const findCli = () => findOurs("sotto", "SOTTO_CLI", "tools/cli");
export const findFfmpeg = () => find("ffmpeg", [process.env.FFMPEG, "ffmpeg"], "Install it: apt-get install ffmpeg");
export const findChromium = () =>
  find(
    "Chromium",
    [process.env.CHROMIUM, "chromium", "chromium-browser", "google-chrome"],
    "Install it (apt-get install chromium), or let CHROMIUM name it.",
  );
