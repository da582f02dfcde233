// Child processes that never outlive this one: a signal that stops us stops them first.
import { spawn } from "node:child_process";

const running = new Set();
let stoppedBy = null;

// Each child leads a process group of its own, so that one signal reaches it and everything it started.
function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has already ended.
  }
}

for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
]) {
  process.on(signal, () => {
    stoppedBy ??= code;
    if (running.size === 0) process.exit(code);
    for (const { child, group } of running) {
      if (group) signalGroup(child, signal);
      else child.kill(signal);
    }
    // What ignores the first request is ended by the second.
    setTimeout(() => {
      for (const { child } of running) signalGroup(child, "SIGKILL");
    }, 10_000).unref();
  });
}

process.on("exit", () => {
  for (const { child } of running) signalGroup(child, "SIGKILL");
});

/**
 * Runs a program to its end.
 *   onOutput  called with each chunk of stdout and stderr; without it the program writes to our own
 *   group     a stop signal goes to everything the program started (default), or, false, to the program alone,
 *             which then stops its own children in order
 * Resolves to its exit status, 127 if it could not be started. Does not return once we were asked to stop.
 */
export function run(command, args, { cwd, env, onOutput, group = true } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env,
      detached: true,
      stdio: onOutput ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
    });
    const entry = { child, group };
    running.add(entry);
    child.stdout?.on("data", onOutput);
    child.stderr?.on("data", onOutput);
    const finish = (status) => {
      running.delete(entry);
      if (stoppedBy === null) return resolve(status);
      // What a shell started in the background does not hear an interrupt; it ends with the shell.
      signalGroup(child, "SIGKILL");
      if (running.size === 0) process.exit(stoppedBy);
    };
    child.on("error", (error) => {
      (onOutput ?? ((text) => process.stderr.write(text)))(`${command}: ${error.message}\n`);
      finish(127);
    });
    child.on("close", (code) => finish(code ?? 1));
  });
}
