// The crash test of two aggregators as often as is wanted.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export async function measureKills(rounds, reports) {
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const test = ["vitest", "run", "--config", "tests/server/vitest.config.ts", "aggregator-crash", "-t", "on SQLite"];
  const { stdout } = await promisify(execFile)("npx", test, {
    cwd: root,
    env: { ...process.env, SOTTO_KILL_ROUNDS: String(rounds), SOTTO_KILL_REPORTS: String(reports) },
    maxBuffer: 1 << 26,
  });
  const [line, kills] = /(\d+) kills while .*/.exec(stdout);
  return [
    {
      what: "kill -9",
      value: Number(kills),
      unit: "kills",
      wanted: ">= 300, no report lost or counted twice",
      met: Number(kills) >= 300,
      note: line,
    },
  ];
}
