import { spawn } from "node:child_process";
import { expect, it } from "vitest";
import { run } from "../../tools/lib/process.mjs";

const module = JSON.stringify(new URL("../../tools/lib/process.mjs", import.meta.url).href);

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it("resolves to the program's exit status and passes its output on", async () => {
  let output = "";
  const status = await run("sh", ["-c", "echo out; echo err >&2; exit 3"], { onOutput: (chunk) => (output += chunk) });
  expect(status).toBe(3);
  expect(output.split("\n").sort()).toEqual(["", "err", "out"]);
});

it("names a program that cannot be started", async () => {
  let output = "";
  const status = await run("no-such-program-here", [], { onOutput: (chunk) => (output += chunk) });
  expect(status).toBe(127);
  expect(output).toContain("no-such-program-here");
});

it("ends a child and what the child started when it is interrupted", async () => {
  // The grandchild's id is printed, then both wait for ever.
  const script = `import { run } from ${module}; await run("sh", ["-c", "sleep 1000 & echo $!; wait"]);`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const grandchild = Number(await new Promise((resolve) => parent.stdout.once("data", resolve)));
  expect(isAlive(grandchild)).toBe(true);
  parent.kill("SIGINT");
  const code = await new Promise((resolve) => parent.once("exit", resolve));
  expect(code).toBe(130);
  await expect.poll(() => isAlive(grandchild), { timeout: 5000 }).toBe(false);
});
