// A PostgreSQL of a test's own, to be killed: two databases in a folder, reached through a socket in it.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Where Debian and Ubuntu have the newest version's programs; undefined if there is none. */
function findPrograms() {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root) : [];
  return versions
    .map((version) => join(root, version, "bin"))
    .filter((folder) => existsSync(join(folder, "initdb")))
    .sort()
    .at(-1);
}

/** Whose process it is: PostgreSQL refuses to be root's. Undefined if there is nobody. */
function findUser() {
  if (process.getuid() !== 0) return { uid: process.getuid(), gid: process.getgid() };
  try {
    const id = (flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    return undefined;
  }
}

export class PostgresqlCluster {
  #programs = findPrograms();
  #user = findUser();
  #frozen = [];
  /** What it said. */
  log = "";

  static isInstalled = () => findPrograms() !== undefined && findUser() !== undefined;

  async start() {
    const made = this.folder !== undefined;
    if (!made) {
      this.folder = mkdtempSync(join(tmpdir(), "sotto-postgresql-"));
      chownSync(this.folder, this.#user.uid, this.#user.gid);
      const settings = ["-U", "sotto", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
      this.#run("initdb", ["-D", join(this.folder, "data"), ...settings]);
    }
    // It refuses to start as long as a child of one that was killed is there: they end when they notice.
    for (let attempt = 0; !(await this.#comesUp()); attempt++) {
      if (attempt === 100) throw new Error("PostgreSQL did not start");
      await sleep(100);
    }
    if (!made) for (const name of ["leader", "helper"]) this.#sql(`CREATE DATABASE ${name}`);
    return this;
  }

  async #comesUp() {
    const settings = ["listen_addresses=", "max_connections=60", "shared_buffers=32MB"];
    this.process = spawn(
      join(this.#programs, "postgres"),
      ["-D", join(this.folder, "data"), "-k", this.folder, ...settings.flatMap((each) => ["-c", each])],
      { ...this.#user, cwd: "/", stdio: ["ignore", "ignore", "pipe"] },
    );
    this.process.stderr.setEncoding("utf8").on("data", (text) => {
      this.log += text;
    });
    this.exited = once(this.process, "exit");
    while (this.process.exitCode === null) {
      try {
        this.#sql("SELECT 1");
        return true;
      } catch {
        await sleep(50);
      }
    }
    return false;
  }

  /** The connection string of a database, "leader" or "helper". */
  where = (database) => `postgresql://sotto@/${database}?host=${this.folder}`;

  /** Everything that a database holds, as SQL. */
  dump = (database) =>
    execFileSync(join(this.#programs, "pg_dump"), ["--dbname", this.where(database)], {
      ...this.#user,
      cwd: "/",
      encoding: "latin1",
      maxBuffer: 1 << 28,
    });

  /** Ends it in order; start() brings it back. */
  async stop() {
    this.process.kill("SIGINT");
    await this.exited;
  }

  /** It answers nothing, and closes nothing, until thaw(). */
  freeze() {
    const children = execFileSync("pgrep", ["-P", String(this.process.pid)], { encoding: "utf8" });
    this.#frozen = [this.process.pid, ...children.trim().split("\n").map(Number)];
    for (const id of this.#frozen) process.kill(id, "SIGSTOP");
  }
  thaw() {
    for (const id of this.#frozen) process.kill(id, "SIGCONT");
    this.#frozen = [];
  }

  /** kill -9 of the postmaster. */
  async kill() {
    this.process.kill("SIGKILL");
    await this.exited;
  }

  async dispose() {
    this.thaw();
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #run = (program, args) =>
    execFileSync(join(this.#programs, program), args, {
      ...this.#user,
      cwd: "/",
      stdio: ["ignore", "ignore", "ignore"],
    });
  #sql = (text) => this.#run("psql", [this.where("postgres"), "-c", text]);
}
