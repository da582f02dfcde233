// SIGTERM is an orderly end.

import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { serverProgram } from "./support/programs.mjs";
import { TestServer } from "./support/server.mjs";
import { makeUpdates, Putter, storedRound } from "./support/updates.mjs";

describe.each(["SIGTERM", "SIGINT"])("%s", (signal) => {
  it("answers what is in flight, says goodbye to viewers, and exits with 0", async () => {
    const server = await new TestServer().start();
    const viewer = new WebSocket(`${server.url.replace("http", "ws")}/v1/streams/tea-house/comments`);
    const goodbye = once(viewer, "close");
    await once(viewer, "open");
    const half = connect(server.port, "127.0.0.1");
    // Half a request in the same packet as a whole one: once that is answered, the half has arrived.
    half.setEncoding("utf8").write("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\nGET /readyz HTTP/1.1\r\nHost: x\r\n");
    expect((await once(half, "data"))[0]).toMatch(/^HTTP\/1\.1 200 /);

    const ended = server.stop(signal);
    expect((await goodbye)[0]).toBe(1001);
    half.write("\r\n");
    const [answer] = await once(half, "data");
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(server.log).toContain("stopped");
    await server.dispose();
  });
});

it("keeps every update that it acknowledged while it was told to stop", async () => {
  const server = await new TestServer({ minimum: 500 }).start();
  const updates = makeUpdates(500);
  const putter = new Putter(server, 32);
  const acknowledged = new Set();
  const putting = Promise.all(
    updates.map(async (update) => {
      const status = await putter.put(update).catch(() => 0);
      if (status === 201) acknowledged.add(update.id);
    }),
  );
  while (acknowledged.size < 100) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(await server.stop()).toEqual({ code: 0, signal: null });
  await putting;
  putter.close();
  await server.start();
  const again = new Putter(server, 32);
  const statuses = await Promise.all(updates.map((update) => again.put(update)));
  for (const [i, { id }] of updates.entries()) expect(acknowledged.has(id) ? [200] : [200, 201]).toContain(statuses[i]);
  again.close();
  expect(storedRound(server).count).toBe(500);
  await server.dispose();
});

describe("the command line", () => {
  const run = (...args) => spawnSync(serverProgram(), args, { encoding: "utf8" });

  it("checks a configuration without starting", async () => {
    const server = new TestServer();
    const file = join(server.folder, "sotto.toml");
    expect(run("--config", file, "--check-config")).toMatchObject({ status: 0, stderr: "" });
    writeFileSync(file, `${readFileSync(file, "utf8")}typo = 1\n`);
    const wrong = run("--config", file, "--check-config");
    expect(wrong.status).toBe(1);
    expect(wrong.stderr).toMatch(/line \d+: task\[0\]\.typo is not an option of this version\./);
    await server.dispose();
  });

  it("says what is wrong in one line and how to call it", () => {
    expect(run("--config", "/nowhere.toml").status).toBe(1);
    expect(run("--config", "/nowhere.toml").stderr).toMatch(/^sotto-server: NOT_FOUND: .*\/nowhere\.toml.*\n$/);
    expect(run().status).toBe(2);
    expect(run("--help").status).toBe(0);
    expect(run("--version").stdout).toMatch(/^\d+\.\d+\.\d+/);
  });
});
