// A leader and a helper as an operator sets them up: folders, keys and task files made by the command line, two server
// processes on two databases.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "../../../web-demo/demo/aggregators.mjs";
import { cliProgram, reportTool, serverProgram } from "./programs.mjs";

const run = promisify(execFile);

const kDefaults = {
  storage: "sqlite:aggregator.sqlite",
  aggregator: "",
  server: "",
  limits: "",
  drainSeconds: 5,
  jobWaitSeconds: 0.2,
  reportsPerMinute: 0,
};

const config = ({ port, storage, aggregator, server, limits, drainSeconds, jobWaitSeconds, reportsPerMinute }) => `
[server]
port = ${port}
threads = 2
${server}
[limits]
drain_seconds = ${drainSeconds}
${limits}
[storage]
path = "local.sqlite"
[aggregator]
storage = "${storage}"
tasks = "tasks"
keys = "keys"
job_wait_seconds = ${jobWaitSeconds}
reports_per_minute = ${reportsPerMinute}
rho_per_release = 1e6
rho_per_epoch = 1e6
rho_lifetime = 1e6
${aggregator}
`;

export class AggregatorServer {
  /** `aggregator`, `server` and `limits` are lines of TOML for those tables. */
  constructor(folder, port, { env = {}, ...options } = {}) {
    this.folder = folder;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    /** Where others find it: of a proxy, where there is one. */
    this.publicUrl = this.url;
    this.env = env;
    this.log = "";
    mkdirSync(join(folder, "tasks"), { recursive: true });
    mkdirSync(join(folder, "keys"), { recursive: true });
    this.configure(options);
  }

  /** Writes its configuration, for the next start. */
  configure(options) {
    writeFileSync(join(this.folder, "sotto.toml"), config({ ...kDefaults, ...options, port: this.port }));
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
      ...["--leader", `${this.leader.publicUrl}/dap`, "--leader-operator", "A"],
      ...["--helper", `${this.helper.publicUrl}/dap`, "--helper-operator", "B"],
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

  /** A task's id in URLs. */
  async taskName(id) {
    const { stdout } = await run(cliProgram(), ["task", "show", this.#file("leader", id)]);
    return /DAP task id +(\S+)/.exec(stdout)[1];
  }

  /** Another process of a role with the same keys and tasks (those of now); a folder and a port of its own. */
  async twin(role, options) {
    const twin = new AggregatorServer(join(this.folder, `${role}-2`), await freePort(), options);
    for (const name of ["tasks", "keys"]) {
      cpSync(join(this[role].folder, name), join(twin.folder, name), { recursive: true });
    }
    return twin;
  }

  #file = (role, id) => join(this.folder, "new", role, `${id}.toml`);

  /** Makes reports ahead of time; both servers must run. `authorities`: a file with those whom the tool trusts. */
  makeReports = async (id, count, { seed = 1, authorities } = {}) =>
    run(
      reportTool(),
      ["make", this.#file("leader", id), String(count), String(seed), join(this.folder, `${id}.reports`)],
      authorities === undefined ? {} : { env: { ...process.env, SSL_CERT_FILE: authorities } },
    );

  /** The bodies that were made, each an upload of one report. */
  reports(id) {
    const bytes = readFileSync(join(this.folder, `${id}.reports`));
    const bodies = [];
    for (let at = 0; at < bytes.length; at += bodies.at(-1).length + 4) {
      bodies.push(bytes.subarray(at + 4, at + 4 + bytes.readUInt32LE(at)));
    }
    return bodies;
  }

  /** Uploads a body as a device does. */
  upload = async (id, body, headers = {}) =>
    fetch(`${this.leader.publicUrl}/dap/tasks/${await this.taskName(id)}/reports`, {
      method: "POST",
      headers: { "content-type": "application/ppm-dap;message=upload-req", ...headers },
      body,
    });

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
  collectorToken = (id) =>
    /collector_token = ["']([^"']+)["']/.exec(readFileSync(this.#file("collector", id), "utf8"))[1];

  async dispose() {
    await this.leader.stop();
    await this.helper.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
