// One room's server: manifests beside nginx, durable updates, comments to many viewers, and clients that never finish
// their headers.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { WebSocket } from "ws";
import { TestServer } from "../../server/support/server.mjs";
import { makeUpdates, Putter } from "../../server/support/updates.mjs";
import { processorSeconds, quantile, residentMegabytes } from "./process.mjs";

/** What a program prints, or undefined if it is not installed. */
function output(program, args) {
  try {
    return execFileSync("sh", ["-c", `${[program, ...args].join(" ")} 2>&1 || true`], {
      encoding: "utf8",
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
    });
  } catch {
    return undefined;
  }
}
const nginxVersion = /nginx\/\S+/.exec(output("nginx", ["-v"]) ?? "")?.[0];
const wrkVersion = /wrk \S+/.exec(output("wrk", ["-v"]) ?? "")?.[0];

/** For the head of the report. */
export const versions = () =>
  [nginxVersion, wrkVersion]
    .filter(Boolean)
    .map((version) => `, ${version}`)
    .join("");

const manifestOf = (server) => `${server.url}/v1/streams/tea-house/manifest.json`;

export async function measureUpdates() {
  const count = 10_000;
  const server = await new TestServer({ minimum: 1_000_000_000 }).start();
  const putter = new Putter(server, 64);
  const milliseconds = [];
  const updates = makeUpdates(count);
  const waiting = updates.values();
  const [usedBefore, begun] = [processorSeconds(server.process), performance.now()];
  const work = async () => {
    for (const update of waiting) {
      const before = performance.now();
      const status = await putter.put(update);
      if (status !== 201) throw new Error(`an update was answered ${status}`);
      milliseconds.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: 64 }, work));
  const rate = count / ((performance.now() - begun) / 1000);
  const cost = ((processorSeconds(server.process) - usedBefore) / count) * 1e6;
  putter.close();
  await server.dispose();
  const note = `Version 1's updates, 64 connections of a client in JavaScript; p99 ${quantile(milliseconds, 0.99).toFixed(1)} ms; ${cost.toFixed(0)} us of processor time each`;
  return [{ what: "durable PUT of an update", value: rate, unit: "/s", note }];
}

/** nginx with two processes that serves `body` as manifest.json. */
async function startNginx(body) {
  const folder = mkdtempSync(join(tmpdir(), "sotto-nginx-"));
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  mkdirSync(join(folder, "site"), { mode: 0o755 });
  writeFileSync(join(folder, "site/manifest.json"), body);
  writeFileSync(
    join(folder, "nginx.conf"),
    `daemon off; worker_processes 2; pid ${folder}/pid; error_log ${folder}/error.log;
     ${process.getuid() === 0 ? "user root;" : ""}
     events { worker_connections 1024; }
     http {
       access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; open_file_cache max=100;
       default_type application/json; client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p;
       fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
       server { listen 127.0.0.1:${port} backlog=1024; root ${folder}/site; }
     }`,
  );
  const child = spawn("nginx", ["-p", folder, "-c", join(folder, "nginx.conf")], {
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
  });
  const exited = once(child, "exit");
  const url = `http://127.0.0.1:${port}/manifest.json`;
  for (let tries = 0; ; tries++) {
    const text = await fetch(url).then(
      (answer) => (answer.ok ? answer.text() : undefined),
      () => undefined,
    );
    if (text === body) break;
    if (tries === 200) throw new Error("nginx does not answer");
    await sleep(20);
  }
  return {
    url,
    async stop() {
      child.kill("SIGTERM");
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Requests a second of wrk: 2 threads, 64 connections. */
function load(url) {
  const text = execFileSync("wrk", ["-t2", "-c64", "-d4s", url], { encoding: "utf8" });
  if (/Non-2xx|Socket errors/.test(text)) throw new Error(text);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(text)[1]);
}

export async function measureManifest() {
  const what = "GET manifest, beside nginx";
  if (!nginxVersion || !wrkVersion) {
    return [{ what, wanted: ">= 1.2 x", note: "skipped: nginx or wrk is not installed" }];
  }
  const server = await new TestServer({}).start();
  const nginx = await startNginx(await (await fetch(manifestOf(server))).text());
  const rates = { sotto: [], nginx: [] };
  try {
    // In turns, so that what else the machine does meets both.
    for (let round = 0; round < 3; round++) {
      rates.sotto.push(load(manifestOf(server)));
      rates.nginx.push(load(nginx.url));
    }
  } finally {
    await nginx.stop();
    await server.dispose();
  }
  const [ours, theirs] = [quantile(rates.sotto, 0.5), quantile(rates.nginx, 0.5)];
  const note = `2 threads each, 64 connections of wrk, the same bytes from an open file; medians of 3 rounds in turns: ${Math.round(ours)} and ${Math.round(theirs)} requests/s`;
  return [{ what, value: ours / theirs, unit: "x", wanted: ">= 1.2 x", met: ours / theirs >= 1.2, note }];
}

export async function measureComments() {
  const viewers = 1_000;
  const [perSecond, seconds] = [20, 10];
  const server = await new TestServer({
    limits:
      "comments_per_minute = 0\nstream_comments_per_second = 0\nviewers_per_address = 2000\nconnections_per_address = 2000",
  }).start();
  const url = `${server.url.replace("http", "ws")}/v1/streams/tea-house/comments`;
  const before = residentMegabytes(server.process);
  const milliseconds = [];
  const sockets = [];
  let writer;
  for (let i = 0; i <= viewers; i++) {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    await once(socket, "open");
    if (i === viewers) writer = socket;
    else sockets.push(socket);
    if (i === viewers) break;
    // The text has the time at which it was sent; the replay's comments have none.
    socket.on("message", (data) => {
      const at = data.indexOf("@@");
      if (at >= 0)
        milliseconds.push(performance.now() - Number(data.toString("latin1", at + 2, data.indexOf("@@", at + 2))));
    });
  }
  const usedBefore = processorSeconds(server.process);
  let lag = 0;
  let most = 0;
  const begun = performance.now();
  for (let i = 0; i < perSecond * seconds; i++) {
    const due = begun + (i * 1000) / perSecond;
    await sleep(Math.max(0, due - performance.now()));
    lag = Math.max(lag, performance.now() - due);
    writer.send(JSON.stringify({ user: "writer", text: `a comment @@${performance.now()}@@` }));
    if (i % perSecond === 0) most = Math.max(most, residentMegabytes(server.process));
  }
  await sleep(1_000);
  const grown = Math.max(most, residentMegabytes(server.process)) - before;
  const used = (processorSeconds(server.process) - usedBefore) / seconds;
  const arrived = milliseconds.length / (viewers * perSecond * seconds);
  for (const socket of [...sockets, writer]) socket.terminate();
  await server.dispose();
  const p99 = quantile(milliseconds, 0.99);
  const note = `${perSecond} comments a second for ${seconds} s, ${(100 * arrived).toFixed(2)} % of ${viewers * perSecond * seconds} arrived; from the writer to each viewer, all of them one process in JavaScript, whose own timers were up to ${lag.toFixed(0)} ms late; p50 ${quantile(milliseconds, 0.5).toFixed(1)} ms; the server used ${(100 * used).toFixed(0)} % of a processor`;
  return [
    {
      what: "comments to 1,000 viewers, p99",
      value: p99,
      unit: "ms",
      wanted: "<= 100",
      met: arrived === 1 && p99 <= 100,
      note,
    },
    {
      what: "comments to 1,000 viewers, memory",
      value: grown,
      unit: "MB",
      wanted: "<= 20",
      met: grown <= 20,
      note: "growth of the server's resident memory, from before the first viewer",
    },
  ];
}

/** A thread that keeps `count` connections open which send a byte of a header now and then, and opens those anew that the
 * server gave up. */
const kSlowClients = `
const { connect } = require("node:net");
const { parentPort, workerData } = require("node:worker_threads");
const open = new Set();
let opened = 0;
function add() {
  const socket = connect(workerData.port, "127.0.0.1", () => {
    socket.write("GET / HTTP/1.1\\r\\nHost: a\\r\\nX: ");
    if (++opened === workerData.count) parentPort.postMessage("open");
  });
  open.add(socket);
  socket.on("error", () => {}).on("close", () => { open.delete(socket); setTimeout(add, 10); }).resume();
}
for (let i = 0; i < workerData.count; i++) add();
setInterval(() => { for (const socket of open) if (!socket.connecting) socket.write("x"); }, 1000);
`;

export async function measureSlowHeaders() {
  const slow = 1_000;
  const server = await new TestServer({ limits: "connections_per_address = 2000" }).start();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const get = () =>
    new Promise((resolve, reject) => {
      request(manifestOf(server), { agent }, (response) => response.resume().on("end", resolve))
        .on("error", reject)
        .end();
    });
  const half = async () => {
    const milliseconds = [];
    for (let i = 0; i < 3_000; i++) {
      const before = performance.now();
      await get();
      milliseconds.push(performance.now() - before);
    }
    return quantile(milliseconds, 0.5);
  };
  await half();
  // In turns, so that what else the machine does meets both.
  const medians = { alone: [], beside: [] };
  for (let round = 0; round < 3; round++) {
    medians.alone.push(await half());
    const worker = new Worker(kSlowClients, { eval: true, workerData: { port: server.port, count: slow } });
    await once(worker, "message");
    await sleep(500);
    medians.beside.push(await half());
    await worker.terminate();
    await sleep(500);
  }
  agent.destroy();
  await server.dispose();
  const [alone, beside] = [quantile(medians.alone, 0.5), quantile(medians.beside, 0.5)];
  const change = (beside / alone - 1) * 100;
  return [
    {
      what: "1,000 connections with slow headers",
      value: change,
      unit: "%",
      wanted: "< 20 %",
      met: change < 20,
      note: `change of a good client's p50, from ${alone.toFixed(2)} to ${beside.toFixed(2)} ms; a byte a second of each; medians of 3 rounds in turns`,
    },
  ];
}
