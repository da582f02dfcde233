// Where the programs are: SOTTO_SERVER, SOTTO_CLI, ... name one, SOTTO_BUILD_DIR a build; else build/dev, else
// build/release.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const builds = [process.env.SOTTO_BUILD_DIR, join(root, "build/dev"), join(root, "build/release")].filter(Boolean);

function find(name, folder = "server-stub") {
  const candidates = builds.map((build) => join(build, folder, name));
  const found = candidates.find((path) => existsSync(path));
  if (!found) throw new Error(`${name} is in none of ${builds.join(", ")}. Build it: cmake --build --preset dev`);
  return found;
}

export const serverProgram = () => process.env.SOTTO_SERVER ?? find("sotto-server");
export const cliProgram = () => process.env.SOTTO_CLI ?? find("sotto", "tools/cli");
export const roundTool = () => process.env.SOTTO_ROUND_TOOL ?? find("sotto_round_tool");
export const reportTool = () => process.env.SOTTO_REPORT_TOOL ?? find("sotto_report_tool");
