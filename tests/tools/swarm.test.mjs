// The demo's crowd, which leaves room for the viewer, however late; and the users of a data set under split trust.
import { spawn } from "node:child_process";
import { once as onceEvent } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { findCli } from "../../web-demo/demo/programs.mjs";
import { Crowd } from "../../web-demo/demo/swarm.mjs";

afterEach(() => {
  vi.useRealTimers();
});

it("keeps the round open until the viewer has contributed, and then closes it", async () => {
  vi.useFakeTimers();
  let accepted = 0;
  const played = [];
  const play = async (viewers, _first, more) => {
    played.push([viewers, ...more]);
    accepted += viewers;
    return { modelVersionAfter: "1", hitRateBefore: 0, hitRateAfter: 0 };
  };
  const crowd = new Crowd({ minimum: 400, signal: new AbortController().signal, play });
  const done = vi.fn();
  const round = crowd.accompany({ accepted: async () => accepted }, () => {}).then(done);
  await vi.advanceTimersByTimeAsync(3600_000);
  expect(played).toEqual([[360]]);
  expect(done).not.toHaveBeenCalled();
  accepted++;
  await vi.advanceTimersByTimeAsync(1000);
  await round;
  expect(played).toEqual([[360], [40, "--wait-close"]]);
});

describe("sotto swarm --in-process --data", () => {
  const program = process.env.SOTTO_BUILD_DIR ? join(process.env.SOTTO_BUILD_DIR, "tools/cli/sotto") : findCli();
  let folder;
  let plays;

  // 120 users of four kinds; a user takes items of the own kind, and earlier ones of it more often.
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sotto-swarm-"));
    plays = join(folder, "plays.tsv");
    let state = 1;
    const draw = (below) => {
      state = (state * 48271) % 2147483647;
      return state % below;
    };
    const lines = [];
    for (let user = 0; user < 120; user++) {
      const taken = new Set();
      while (taken.size < 6) taken.add(4 * Math.min(draw(10), draw(10)) + (user % 4));
      let time = 0;
      for (const item of taken) lines.push(`u${user}\ti${item}\t1\t${++time}`);
    }
    writeFileSync(plays, `${lines.join("\n")}\n`);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const start = (...args) =>
    spawn(program, ["swarm", "--in-process", "--data", plays, "--task-items", "36", "--encoded", "6", ...args]);
  async function swarm(...args) {
    const child = start(...args);
    const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), onceEvent(child, "close")]);
    return { out, err, status };
  }
  const json = () => JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));

  it("gives the same figures with the whole protocol as without, and refuses every changed report", async () => {
    const args = ["--eps", "2,30", "--seeds", "2", "--json", join(folder, "report.json")];
    expect((await swarm(...args, "--plain")).status).toBe(0);
    const plain = json();
    expect(plain.tasks).toEqual([]);
    expect((await swarm(...args, "--tampered", "5")).status).toBe(0);
    const full = json();
    expect(full.runs).toEqual(plain.runs);
    expect(full.runs).toHaveLength(2 * 2 * 2);
    // Popularity and three pairs of blocks, for the first epsilon.
    expect(full.tasks.map((task) => task.task)).toEqual(["popularity", "affinity-1", "affinity-2", "affinity-3"]);
    for (const task of full.tasks) expect(task).toMatchObject({ reports: 120, refused: 5 });
  });

  it("spends no more than epsilon on all tasks of a device together", async () => {
    await swarm("--eps", "1", "--seeds", "1", "--json", join(folder, "report.json"));
    const spent = json().tasks.reduce((sum, task) => sum + task.rho, 0);
    const child = spawn(program, ["privacy", "epsilon", "--rho", String(spent), "--delta", "1e-5"]);
    const epsilon = Number(await text(child.stdout));
    expect(epsilon).toBeLessThanOrEqual(1);
    expect(epsilon).toBeGreaterThan(0.999);
  });

  it("learns what noise that is next to nothing leaves to be learned", async () => {
    await swarm("--eps", "100", "--seeds", "1", "--plain", "--json", join(folder, "report.json"));
    const { runs, withoutPrivacy } = json();
    expect(runs[0].affinity.hitRate).toBeGreaterThan(withoutPrivacy.hitRate + 0.1);
  });

  it("compares numbers of devices, and writes a page and a picture", async () => {
    const [page, picture] = [join(folder, "page.md"), join(folder, "plot.svg")];
    const options = [
      "--devices",
      "60,120",
      "--eps",
      "4",
      "--seeds",
      "2",
      "--plain",
      "--markdown",
      page,
      "--plot",
      picture,
    ];
    const { status, out } = await swarm(...options);
    expect(status).toBe(0);
    expect(out).toMatch(/\| 4 \| 60 \| both \|/);
    expect(out).toMatch(/\| 4 \| 120 \| one alone \|/);
    expect(readFileSync(page, "utf8")).toContain("## The tasks");
    expect(readFileSync(picture, "utf8")).toMatch(/^<svg .*<\/svg>\n$/s);
  });

  it("refuses more devices than there are users, and options that belong to another kind of swarm", async () => {
    expect(await swarm("--devices", "121")).toMatchObject({ status: 1, out: "" });
    expect(await swarm("--products", "room.json")).toMatchObject({ status: 2, out: "" });
    const child = spawn(program, ["swarm", "--in-process", "--products", "room.json", "--plain"]);
    expect((await onceEvent(child, "close"))[0]).toBe(2);
  });

  it("ends at Ctrl-C and writes nothing", async () => {
    const file = join(folder, "interrupted.json");
    const child = start("--eps", "1,2,3,4", "--seeds", "500", "--json", file);
    await onceEvent(child.stderr, "data");
    child.kill("SIGINT");
    const [status] = await onceEvent(child, "close");
    expect(status).toBe(1);
    expect(existsSync(file)).toBe(false);
  });
});
