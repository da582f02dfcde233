// How many durable updates and how many manifests a second the server answers on this machine, to 64 connections.
//   node tests/bench/server-load.mjs [UPDATES]
// The server is the one of build/bench unless SOTTO_SERVER or SOTTO_BUILD_DIR name another. The client shares the machine
// with it, so the rates are a lower bound; the server's processor time a request is the figure to compare.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

process.env.SOTTO_BUILD_DIR ??= join(fileURLToPath(new URL("../..", import.meta.url)), "build/bench");
const { TestServer } = await import("../server/support/server.mjs");
const { makeUpdates, Putter } = await import("../server/support/updates.mjs");

const kConnections = 64;
const count = Number(process.argv[2] ?? 20_000);

const server = await new TestServer({ minimum: 1_000_000_000 }).start();
const ticksPerSecond = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** Processor seconds that the server has used (proc(5): utime and stime). */
function processorSeconds() {
  const fields = readFileSync(`/proc/${server.process.pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Runs `ask` for each of `list` on so many connections; prints what came of it. */
async function measure(name, list, ask, wanted) {
  const milliseconds = [];
  const used = processorSeconds();
  const started = performance.now();
  const waiting = list.values();
  const worker = async () => {
    for (const item of waiting) {
      const before = performance.now();
      const status = await ask(item);
      if (status !== wanted) throw new Error(`${name} answered ${status}`);
      milliseconds.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: kConnections }, worker));
  const seconds = (performance.now() - started) / 1000;
  milliseconds.sort((a, b) => a - b);
  const at = (share) => milliseconds[Math.floor(share * (milliseconds.length - 1))].toFixed(1);
  const rate = Math.round(list.length / seconds);
  const cost = (((processorSeconds() - used) / list.length) * 1e6).toFixed(1);
  console.log(
    `${name}: ${rate}/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ${cost} us of the server's processor time each`,
  );
}

const putter = new Putter(server, kConnections);
await measure("durable PUT", makeUpdates(count), (update) => putter.put(update), 201);
const commits = await server.metric("sotto_commit_batch_updates_count");
console.log(`  ${(count / commits).toFixed(1)} updates in a commit`);
putter.close();

const agent = new Agent({ keepAlive: true, maxSockets: kConnections });
const get = () =>
  new Promise((resolve, reject) => {
    request(`${server.url}/v1/streams/tea-house/manifest.json`, { agent }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode));
    })
      .on("error", reject)
      .end();
  });
await measure("GET manifest", Array.from({ length: count }), get, 200);
agent.destroy();
await server.dispose();
