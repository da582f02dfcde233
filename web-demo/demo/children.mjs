// The demo's child processes: started together, watched, and stopped together, the last one first.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { DemoError } from "./programs.mjs";

const kKeptLines = 15;
/** Milliseconds that a child has to end by itself before it is killed. */
const kPatience = 5000;

export class Child {
  #process;
  #lines = [];
  #stopping = false;
  ended = false;

  /** `died` is called if the child ends without having been asked to, with its status and last lines. */
  constructor(name, program, args, { cwd, env, onLine, died }) {
    this.name = name;
    // A group of its own: Ctrl-C in the terminal reaches the demo alone, which then stops its children in order.
    this.#process = spawn(program, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        this.#lines.push(line);
        if (this.#lines.length > kKeptLines) this.#lines.shift();
        onLine?.(line);
      });
    }
    this.exit = new Promise((resolve) => {
      this.#process.on("error", (error) => {
        this.#lines.push(error.message);
        resolve(127);
      });
      this.#process.on("close", (code, signal) => resolve(code ?? signal));
    });
    this.exit.then((status) => {
      this.ended = true;
      if (!this.#stopping) died?.(status, this.lastLines());
    });
  }

  get pid() {
    return this.#process.pid;
  }

  lastLines() {
    return this.#lines.map((line) => `    ${line}`).join("\n");
  }

  signal(signal) {
    try {
      process.kill(-this.#process.pid, signal);
    } catch {
      // it has already ended
    }
  }

  /** Asks the child to end, insists after a while, and resolves when it has. */
  async stop(signal = "SIGTERM") {
    this.#stopping = true;
    if (this.ended || this.#process.pid === undefined) return;
    this.signal(signal);
    const insist = setTimeout(() => this.signal("SIGKILL"), kPatience);
    await this.exit;
    clearTimeout(insist);
  }
}

/** Resolves when `ready` answers something truthy, with that; rejects after `seconds`, or when `signal` is aborted. */
export async function until(what, ready, { seconds = 30, every = 100, signal } = {}) {
  const end = Date.now() + seconds * 1000;
  let last;
  while (Date.now() < end) {
    signal?.throwIfAborted();
    try {
      const value = await ready();
      if (value) return value;
    } catch (error) {
      if (error instanceof DemoError) throw error; // it will not get better
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, every));
  }
  throw new Error(`${what}: not within ${seconds} s${last ? ` (${last.message})` : ""}`);
}
