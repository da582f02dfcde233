// A server process with a folder of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { serverProgram } from "./programs.mjs";

const itemCount = 6;
export const items = Array.from({ length: itemCount }, (_, i) => `p${i + 1}`);
export const kTask = { id: "affinity-1", maxItems: 2, sigmaSquared: [9, 2] };

const products = items.map((id, i) => ({
  id,
  title: { zh: `商品 "${i + 1}"`, en: `Product "${i + 1}"` },
  price: { amount: 100 * (i + 1), currency: "CNY" },
  image: `${id}.svg`,
}));
const events = [
  { id: "e1", type: "product", product: "p1", at: 0.5, duration: 2 },
  { id: "e2", type: "product", product: "p2", at: 3, duration: 2 },
];
const comments = Array.from({ length: 20 }, (_, i) => ({ id: `c${i}`, at: i / 2, user: "u", text: `重播 ${i}` }));

const config = ({ minimum, updatesPerMinute, limits, server }) => `
[server]
port = 0
threads = 2
port_file = "port"
${server}
[limits]
updates_per_minute = ${updatesPerMinute}
${limits}
[[stream]]
id = "tea-house"
title_zh = "茶馆"
title_en = "Tea house"
products = "products.json"
events = "events.json"
event_period = 10
media = "media"
width = 320
height = 180
codecs = "avc1.42c00d"
frame_rate = 25
image_base = "/room/"
comments_replay = "comments.jsonl"
comments_period = 10
[[model]]
id = "comments"
version = "1"
path = "model.bin"
stream = "tea-house"
[[task]]
id = "${kTask.id}"
stream = "tea-house"
items = "all"
max_items = ${kTask.maxItems}
sigma_squared = [${kTask.sigmaSquared}]
minimum = ${minimum}
expires = "2100-01-01T00:00:00Z"
model = "affinity"
`;

export class TestServer {
  /** `limits` and `server` are lines of TOML for their tables. */
  constructor({ minimum = 1_000_000, updatesPerMinute = 0, limits = "", server = "" } = {}) {
    this.folder = mkdtempSync(join(tmpdir(), "sotto-server-"));
    this.media = join(this.folder, "media");
    this.database = join(this.folder, "var", "sotto.sqlite");
    mkdirSync(this.media);
    this.model = Buffer.from("a model of some bytes");
    const write = (name, content) => writeFileSync(join(this.folder, name), content);
    write("products.json", JSON.stringify(products));
    write("events.json", JSON.stringify(events));
    write("comments.jsonl", comments.map((comment) => JSON.stringify(comment)).join("\n"));
    write("model.bin", this.model);
    write("sotto.toml", config({ minimum, updatesPerMinute, limits, server }));
    this.log = "";
  }

  /** Resolves when the server listens; `this.url` has no slash at the end. */
  async start() {
    const portFile = join(this.folder, "port");
    rmSync(portFile, { force: true });
    this.process = spawn(serverProgram(), ["--config", join(this.folder, "sotto.toml")]);
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        this.log += text;
      });
    }
    this.exited = once(this.process, "exit").then(([code, signal]) => ({ code, signal }));
    while (!existsSync(portFile)) {
      if (this.process.exitCode !== null) throw new Error(`the server ended: ${this.log}`);
      await sleep(10);
    }
    this.port = Number(readFileSync(portFile, "utf8"));
    this.url = `http://127.0.0.1:${this.port}`;
    return this;
  }

  /** Resolves to {code, signal} of the process's end. */
  async stop(signal = "SIGTERM") {
    this.process?.kill(signal);
    return this.exited;
  }

  /** Stops it if it runs, and removes its folder. */
  async dispose() {
    if (this.process?.exitCode === null && this.process.signalCode === null) await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  manifest = async () => (await fetch(`${this.url}/v1/streams/tea-house/manifest.json`)).json();

  /** The value of one series: metric('sotto_updates_total{result="accepted"}'); 0 if there is none. */
  async metric(series) {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const line = text.split("\n").find((candidate) => candidate.startsWith(`${series} `));
    return line ? Number(line.slice(series.length)) : 0;
  }
}
