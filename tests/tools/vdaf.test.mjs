// `sotto vdaf check` on the draft's vectors, and on the same with one thing changed, which it must notice.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCli } from "../../web-demo/demo/programs.mjs";

const program = process.env.SOTTO_BUILD_DIR ? join(process.env.SOTTO_BUILD_DIR, "tools/cli/sotto") : findCli();
const vectors = join(process.env.SOTTO_VECTORS ?? "../shared/vectors", "vdaf-20");
const known = existsSync(vectors);
if (!known) console.info(`skipped: vectors not found in ${vectors}`);

const check = (...files) =>
  new Promise((resolve) => {
    execFile(program, ["vdaf", "check", ...files], (error, stdout, stderr) =>
      resolve({ status: error?.code ?? 0, stdout, stderr }),
    );
  });

let folder;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sotto-vdaf-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.runIf(known)("sotto vdaf check", () => {
  it("passes every Prio3 vector of the draft, the negative ones included", async () => {
    const files = readdirSync(vectors).filter((name) => /^(Prio3|XofTurbo)/.test(name));
    expect(files.length).toBeGreaterThan(15);
    const { status, stdout } = await check(...files.map((name) => join(vectors, name)));
    expect(stdout).not.toContain("FAIL");
    expect(stdout).toContain(`${files.length} passed, 0 failed, 0 skipped`);
    expect(status).toBe(0);
  });

  const changed = async (name, change) => {
    const vector = JSON.parse(readFileSync(join(vectors, name), "utf8"));
    change(vector);
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(vector));
    return check(path);
  };
  const flip = (hex) => (hex[0] === "0" ? "1" : "0") + hex.slice(1);

  it.each([
    ["an input share", (v) => (v.reports[0].input_shares[0] = flip(v.reports[0].input_shares[0]))],
    ["the public share", (v) => (v.reports[0].public_share = flip(v.reports[0].public_share))],
    ["a verifier share", (v) => (v.reports[0].verifier_shares[0][1] = flip(v.reports[0].verifier_shares[0][1]))],
    ["the verifier message", (v) => (v.reports[0].verifier_messages[0] = flip(v.reports[0].verifier_messages[0]))],
    ["an output share", (v) => (v.reports[0].out_shares[1] = flip(v.reports[0].out_shares[1]))],
    ["an aggregate share", (v) => (v.agg_shares[0] = flip(v.agg_shares[0]))],
    ["the aggregate result", (v) => v.agg_result[0]++],
    ["the measurement", (v) => (v.reports[0].measurement = (v.reports[0].measurement + 1) % v.length)],
    ["a size", (v) => v.length++],
    ["an operation's outcome", (v) => (v.operations.at(-1).success = false)],
    ["the operations' names", (v) => (v.operations[0].operation = "shred")],
  ])("fails where %s is another", async (_, change) => {
    const { status, stdout, stderr } = await changed("Prio3Histogram_0.json", change);
    expect(stdout).toMatch(/^FAIL {2}Prio3Histogram_0\.json {2}\S/);
    expect(stdout).toContain("0 passed, 1 failed");
    expect(stderr).toContain("MISMATCH");
    expect(status).toBe(1);
  });

  it("fails where a vector of a bad report says that it is a good one", async () => {
    const { status } = await changed("Prio3Count_bad_meas_share.json", (v) => (v.operations[2].success = true));
    expect(status).toBe(1);
  });
});

describe("sotto vdaf check", () => {
  it("says what it skips, and does not call that a success", async () => {
    const path = join(folder, "Poplar1_0.json");
    writeFileSync(path, "{}");
    const { status, stdout } = await check(path);
    expect(stdout).toContain("skip  Poplar1_0.json  Prio3 does not use Poplar1");
    expect(status).toBe(1);
  });

  it("fails a file that is no JSON, or is not there", async () => {
    const path = join(folder, "Prio3Sum_0.json");
    writeFileSync(path, "{");
    const { status, stdout } = await check(path, join(folder, "Prio3Sum_9.json"));
    expect(stdout).toContain("0 passed, 2 failed");
    expect(status).toBe(1);
  });
});
