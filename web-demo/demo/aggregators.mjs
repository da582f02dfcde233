// The demo's two aggregators: the room's own server is the leader, a second process the helper. Both belong to the same
// operator here, so the page says "one operator: no split trust". Keys and the task's files are made as an operator
// makes them, by the command line, anew for each demo.

import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { DemoError, findCli } from "./programs.mjs";

const run = promisify(execFile);

export const kSplitTask = "affinity-split-1";
const kOperator = "Pine & Kettle";

/** A port that is free now: a task's URLs are fixed before its servers start. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.listen(0, "127.0.0.1", resolve).on("error", reject));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The part of a server's configuration that makes it an aggregator. */
const aggregatorTable = `
[aggregator]
storage = "sqlite:aggregator.sqlite"
tasks = "tasks"
keys = "keys"
job_wait_seconds = 0.5
reports_per_minute = 0  # every simulated device has the same address here
rho_per_release = 1.0
rho_per_epoch = 1.0
rho_lifetime = 10.0
`;

export class Aggregators {
  #folder;

  /** `leaderPort` and `helperPort` are the servers'. */
  constructor(folder, { leaderPort, helperPort }) {
    this.#folder = folder;
    this.leaderUrl = `http://127.0.0.1:${leaderPort}`;
    this.helperUrl = `http://127.0.0.1:${helperPort}`;
    this.helperFolder = join(folder, "helper");
    this.#operatorToken = randomBytes(32).toString("base64url");
  }

  #operatorToken;

  /** For the leader's [server] table: who may publish models. */
  get operatorTokenSha256() {
    return createHash("sha256").update(this.#operatorToken).digest("hex");
  }

  /** What the leader's configuration has besides the room's. */
  leaderConfig = () => aggregatorTable;

  helperConfig = (port) => `[server]
address = "127.0.0.1"
port = ${port}
port_file = "port"

[storage]
path = "local.sqlite"
${aggregatorTable}`;

  /** Keys for both, the task's three files where they belong, and the operator's token. */
  async setUp({ stream, items, minimum }) {
    const leader = this.#folder;
    const helper = this.helperFolder;
    for (const part of ["tasks", "keys"]) {
      await mkdir(join(leader, part), { recursive: true });
      await mkdir(join(helper, part), { recursive: true });
    }
    await this.#cli("hpke", "keygen", "--id", "1", "--out", join(leader, "keys/1.toml"));
    await this.#cli("hpke", "keygen", "--id", "2", "--out", join(helper, "keys/1.toml"));
    await this.#cli(
      ...["task", "new", "--id", kSplitTask, "--kind", "affinity", "--items", items.join(","), "--max-items", "6"],
      ...["--sigma-squared", "150", "--minimum", String(minimum), "--stream", stream],
      ...["--leader", `${this.leaderUrl}/dap`, "--leader-operator", kOperator],
      ...["--helper", `${this.helperUrl}/dap`, "--helper-operator", kOperator],
      ...["--out", join(leader, "new")],
    );
    await copyFile(join(leader, "new/leader", `${kSplitTask}.toml`), join(leader, "tasks", `${kSplitTask}.toml`));
    await copyFile(join(leader, "new/helper", `${kSplitTask}.toml`), join(helper, "tasks", `${kSplitTask}.toml`));
    await writeFile(join(leader, "operator-token"), this.#operatorToken, { mode: 0o600 });
  }

  /** As the collector: waits for the batch, makes the next model of it and publishes that. Resolves with the release. */
  async collect(stream, { wait = 120 } = {}) {
    const { stdout } = await this.#cli(
      ...["collect", "--task", join(this.#folder, "new/collector", `${kSplitTask}.toml`), "--wait", String(wait)],
      ...["--publish", `${this.leaderUrl}/v1/streams/${stream}`],
      ...["--publish-token-file", join(this.#folder, "operator-token")],
    );
    return JSON.parse(stdout);
  }

  async #cli(...args) {
    try {
      return await run(findCli(), args, { maxBuffer: 1 << 26 });
    } catch (error) {
      throw new DemoError(`sotto ${args.slice(0, 2).join(" ")} failed:\n${error.stderr ?? error.message}`);
    }
  }
}
