// Processor time of a browser's threads from the kernel's scheduler (/proc/PID/task/TID/schedstat): time on a processor
// and time in the queue for one. Time on a processor is what work costs; it hardly depends on how busy the machine is.
import { existsSync, readdirSync, readFileSync } from "node:fs";

export const hasSchedstat = () => existsSync("/proc/self/schedstat");

/** `{ run, wait }` in milliseconds, of the file's text. */
export function parseSchedstat(text) {
  const [run, wait] = text.trim().split(/\s+/).map(Number);
  return { run: run / 1e6, wait: wait / 1e6 };
}

/** A browser's process numbers, and which of them draw pages. */
export async function processesOf(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const numbers = (processes) => processes.map(({ id }) => id);
  return { all: numbers(processInfo), renderers: numbers(processInfo.filter(({ type }) => type === "renderer")) };
}

/** What every thread of the processes has used so far, by "PID/TID". */
export function readThreads(processes) {
  const threads = new Map();
  for (const process of processes) {
    for (const thread of attempt(() => readdirSync(`/proc/${process}/task`)) ?? []) {
      const text = attempt(() => readFileSync(`/proc/${process}/task/${thread}/schedstat`, "utf8"));
      if (text) threads.set(`${process}/${thread}`, parseSchedstat(text));
    }
  }
  return threads;
}

/**
 * What was used between two readings: `run` and `wait` of all threads together, and `main`, the time of the busiest
 * main thread among `renderers` (a browser holds a spare renderer ready, which does nothing). A thread that began in
 * between counts whole; one that ended is lost.
 */
export function usedBetween(before, after, renderers) {
  const used = { run: 0, wait: 0, main: 0 };
  for (const [key, { run, wait }] of after) {
    const ran = run - (before.get(key)?.run ?? 0);
    used.run += ran;
    used.wait += wait - (before.get(key)?.wait ?? 0);
    const [process, thread] = key.split("/");
    if (process === thread && renderers.includes(Number(process))) used.main = Math.max(used.main, ran);
  }
  return used;
}

/** Megabytes of memory that the processes use; what they share counts once. */
export function memoryOf(processes) {
  let kilobytes = 0;
  for (const process of processes) {
    const text = attempt(() => readFileSync(`/proc/${process}/smaps_rollup`, "utf8")) ?? "";
    kilobytes += Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0);
  }
  return kilobytes / 1024;
}

/** A process or thread may end at any moment. */
function attempt(read) {
  try {
    return read();
  } catch {
    return undefined;
  }
}
