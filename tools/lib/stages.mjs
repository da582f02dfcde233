// Runs stages one after the other, with a line of progress for each and the whole output in build/logs/<stage>.log.
//
// A stage is { name, title, steps, after, environment }:
//   steps  [[program, ...arguments], ...], run until one fails
//   after  names of the stages without which this one makes no sense; it is left out if one of them failed
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./process.mjs";
import { testCounts } from "./summary.mjs";

const live = process.stdout.isTTY === true;
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

// While a stage runs, a terminal shows the last line of its output beside its name.
function showLine(title, since, text) {
  const line = text
    .toString()
    .trimEnd()
    .split(/[\r\n]/)
    .at(-1);
  const room = Math.max(20, process.stdout.columns ?? 80) - 1;
  const plain = `${title.padEnd(40)} ${seconds(since).padStart(8)}  ${line}`.replace(/[^\x20-\x7e]/g, "");
  process.stdout.write(`\r\x1b[K${plain.slice(0, room)}`);
}

async function runStage(stage, { root, logs, environment }) {
  const log = join(logs, `${stage.name}.log`);
  writeFileSync(log, "");
  const since = Date.now();
  process.stdout.write(live ? stage.title : `${stage.title.padEnd(40)} `);
  let status = 0;
  for (const [program, ...args] of stage.steps) {
    appendFileSync(log, `$ ${[program, ...args].join(" ")}\n`);
    status = await run(program, args, {
      cwd: root,
      env: { ...environment, ...stage.environment },
      onOutput(chunk) {
        appendFileSync(log, chunk);
        if (live) showLine(stage.title, since, chunk);
      },
    });
    if (status !== 0) break;
  }
  if (live) process.stdout.write(`\r\x1b[K${stage.title.padEnd(40)} `);
  process.stdout.write(`${seconds(since).padStart(8)}  ${status === 0 ? "ok" : "FAILED"}\n`);
  const output = readFileSync(log, "utf8");
  if (status !== 0) process.stdout.write(`${output.trimEnd()}\n(the log is ${log})\n`);
  return { stage, failed: status !== 0, ...testCounts(output) };
}

/** Runs the stages; returns a result for each: { stage, failed, leftOut, passed, failures, lines }. */
export async function runStages(stages, { root, environment = process.env }) {
  const logs = join(root, "build/logs");
  mkdirSync(logs, { recursive: true });
  const results = [];
  for (const stage of stages) {
    const missing = results.find((done) => (done.failed || done.leftOut) && stage.after?.includes(done.stage.name));
    if (missing) {
      console.log(`${stage.title.padEnd(40)}           left out: "${missing.stage.title}" did not succeed`);
      results.push({ stage, leftOut: true, passed: 0, failures: 0, lines: [] });
    } else {
      results.push(await runStage(stage, { root, logs, environment }));
    }
  }
  return results;
}
