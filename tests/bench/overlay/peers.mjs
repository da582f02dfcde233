// The libraries that the overlay is compared with, at the versions of the lock file beside this. They are fetched when
// the benchmark first runs; nothing else needs them.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL(".", import.meta.url));
const packages = {
  danmaku: "danmaku",
  "danmu.js": "danmu.js",
  niconicomments: "@xpadev-net/niconicomments",
};
const lock = JSON.parse(readFileSync(`${folder}package-lock.json`, "utf8"));

/** The system's name with its version, as in the lock file. */
export function nameOf(system) {
  const locked = lock.packages[`node_modules/${packages[system]}`];
  return locked ? `${system} ${locked.version}` : system;
}

/** Those of `systems` that can run here: all, or without the peers if npm could not fetch them. */
export function availableOf(systems) {
  const missing = systems.filter((each) => packages[each] && !existsSync(`${folder}node_modules/${packages[each]}`));
  if (missing.length === 0) return systems;
  console.error(`fetching ${missing.join(", ")}`);
  const npm = spawnSync("npm", ["ci", "--ignore-scripts"], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  if (npm.status === 0) return systems;
  console.error(`npm could not fetch them; going on without ${missing.join(", ")}`);
  return systems.filter((each) => !missing.includes(each));
}
