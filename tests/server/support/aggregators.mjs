// A leader and a helper as an operator sets them up: folders, keys and task files made by the command line, two server
// processes on two databases.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "../../../web-demo/demo/aggregators.mjs";
import { cliProgram, reportTool, serverProgram } from "./programs.mjs";

const run = promisify(execFile);

const config = ({ port, storage, aggregator }) => `
[server]
port = ${port}
threads = 2
[limits]
drain_seconds = 5
[storage]
path = "local.sqlite"
[aggregator]
storage = "${storage}"
tasks = "tasks"
keys = "keys"
job_wait_seconds = 0.2
reports_per_minute = 0
rho_per_release = 1e6
rho_per_epoch = 1e6
rho_lifetime = 1e6
${aggregator}
`;

export class AggregatorServer {
  /** `aggregator` is lines of TOML for that table. */
  constructor(folder, port, { storage = "sqlite:aggregator.sqlite", aggregator = "", env = {} } = {}) {
    this.folder = folder;
    this.url = `http://127.0.0.1:${port}`;
    this.env = env;
    this.log = "";
    mkdirSync(join(folder, "tasks"), { recursive: true });
    mkdirSync(join(folder, "keys"), { recursive: true });
    writeFileSync(join(folder, "sotto.toml"), config({ port, storage, aggregator }));
  }

  async start() {
    this.process = spawn(serverProgram(), ["--config", join(this.folder, "sotto.toml")], {
      env: { ...process.env, ...this.env },
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        this.log += text;
      });
    }
    this.exited = once(this.process, "exit").then(([code, signal]) => ({ code, signal }));
    for (;;) {
      if (!this.running) throw new Error(`the server ended: ${this.log}`);
      if (
        await fetch(`${this.url}/readyz`).then(
          (answer) => answer.ok,
          () => false,
        )
      )
        return this;
      await sleep(10);
    }
  }

  get running() {
    return this.process !== undefined && this.process.exitCode === null && this.process.signalCode === null;
  }

  async stop(signal = "SIGTERM") {
    if (this.running) this.process.kill(signal);
    return this.exited;
  }

  /** The value of one series of the metrics; 0 if there is none. */
  async metric(series) {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const line = text.split("\n").find((candidate) => candidate.startsWith(`${series} `));
    return line ? Number(line.slice(series.length)) : 0;
  }
}

export class AggregatorPair {
  /** `leader` and `helper`: options of the servers. */
  static async create({ leader = {}, helper = {} } = {}) {
    const pair = new AggregatorPair();
    pair.folder = mkdtempSync(join(tmpdir(), "sotto-aggregators-"));
    pair.leader = new AggregatorServer(join(pair.folder, "leader"), await freePort(), leader);
    pair.helper = new AggregatorServer(join(pair.folder, "helper"), await freePort(), helper);
    for (const [id, { folder }] of [pair.leader, pair.helper].entries()) {
      await run(cliProgram(), ["hpke", "keygen", "--id", String(id + 1), "--out", join(folder, "keys/1.toml")]);
    }
    return pair;
  }

  /** Makes a task's three files and puts them where their parties read them. Before start(). */
  async addTask(id, options) {
    await run(cliProgram(), [
      ...["task", "new", "--id", id, "--out", join(this.folder, "new")],
      ...["--leader", `${this.leader.url}/dap`, "--leader-operator", "A"],
      ...["--helper", `${this.helper.url}/dap`, "--helper-operator", "B"],
      ...options,
    ]);
    for (const role of ["leader", "helper"]) {
      const text = readFileSync(join(this.folder, "new", role, `${id}.toml`));
      writeFileSync(join(this[role].folder, "tasks", `${id}.toml`), text);
    }
  }

  async start() {
    await this.helper.start();
    await this.leader.start();
    return this;
  }

  #file = (role, id) => join(this.folder, "new", role, `${id}.toml`);

  /** Makes reports ahead of time; both servers must run. */
  makeReports = async (id, count, seed = 1) =>
    run(reportTool(), [
      "make",
      this.#file("leader", id),
      String(count),
      String(seed),
      join(this.folder, `${id}.reports`),
    ]);

  /** Sends those that were not acknowledged yet, of a range; resolves with what became of them. */
  async sendReports(id, { connections = 16, from, to } = {}) {
    const range = to === undefined ? [] : [String(from), String(to)];
    const files = [join(this.folder, `${id}.reports`), String(connections), join(this.folder, `${id}.acks`)];
    const { stdout } = await run(reportTool(), ["send", this.#file("leader", id), ...files, ...range]);
    return JSON.parse(stdout);
  }

  /** Which reports were acknowledged so far: true or false for each. */
  acknowledged(id) {
    const file = join(this.folder, `${id}.acks`);
    return existsSync(file) ? [...readFileSync(file)].map((byte) => byte === 1) : [];
  }

  /** `sotto collect`: resolves with its JSON, or rejects with what it said. */
  async collect(id, { wait = 60 } = {}) {
    const { stdout } = await run(
      cliProgram(),
      ["collect", "--task", this.#file("collector", id), "--wait", String(wait)],
      {
        maxBuffer: 1 << 26,
      },
    );
    return JSON.parse(stdout);
  }

  /** The collector's token of a task. */
  collectorToken = (id) => /collector_token = "([^"]+)"/.exec(readFileSync(this.#file("collector", id), "utf8"))[1];

  async dispose() {
    await this.leader.stop();
    await this.helper.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
