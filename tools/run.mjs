// The project's commands. Each does its own set-up (tools/bootstrap.sh) and builds what it needs.
//   npm test                     everything: native under sanitizers, WASM, TypeScript, browser, package
//   npm run demo -- [ARGS]       builds all and hands over to web-demo/demo.mjs
//   npm run build | bench | lint | tidy
//   npm run fuzz -- [SECONDS]    each fuzzer for SECONDS (60)
import { existsSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./lib/process.mjs";
import { runStages } from "./lib/stages.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const jobs = String(availableParallelism());
const has = (path) => existsSync(join(root, path));

const environment = {
  ...process.env,
  PATH: `${join(root, "node_modules/.bin")}${delimiter}${process.env.PATH}`,
  // Programs that tests in node and in the browser start: the ones with sanitizers.
  SOTTO_BUILD_DIR: join(root, "build/dev"),
};
// Data that is too large or not licensed to be part of the repository; tests that need it are skipped without.
for (const [name, folder] of [
  ["SOTTO_DATA", "../shared/data"],
  ["SOTTO_VECTORS", "../shared/vectors"],
]) {
  if (has(folder)) environment[name] ??= join(root, folder);
}

const cmake = (preset, ...targets) => [
  ["cmake", "--preset", preset],
  ["cmake", "--build", "--preset", preset, "--parallel", jobs, ...(targets.length ? ["--target", ...targets] : [])],
];
const cppFiles = ["sdk/cpp", "wasm", "server-stub", "tools/cli", "tests"]
  .filter(has)
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name)))
  .filter((file) => /\.(cc|h)$/.test(file));

const stage = {
  bootstrap: { name: "bootstrap", title: "Set-up", steps: [["bash", "tools/bootstrap.sh"]] },
  native: {
    name: "native",
    title: "Build: native with ASan and UBSan",
    steps: cmake("dev"),
    after: ["bootstrap"],
  },
  nativeTests: {
    name: "native-tests",
    title: "Tests: native",
    steps: [["ctest", "--preset", "dev", "--parallel", jobs]],
    after: ["native"],
  },
  release: {
    name: "release",
    title: "Build: native, optimised",
    steps: cmake("release", "sotto", "sotto-server"),
    after: ["bootstrap"],
  },
  wasmSimd: { name: "wasm-simd", title: "Build: WASM with SIMD", steps: cmake("wasm-simd"), after: ["bootstrap"] },
  wasmMvp: { name: "wasm-mvp", title: "Build: WASM without SIMD", steps: cmake("wasm-mvp"), after: ["bootstrap"] },
  sdk: {
    name: "sdk",
    title: "Build: npm package and its size",
    steps: [
      ["npm", "run", "build", "--workspace", "sdk/ts"],
      ["node", "tools/check-size.mjs"],
    ],
    after: ["wasm-simd", "wasm-mvp"],
  },
  lint: {
    name: "lint",
    title: "Lint: biome, tsc, clang-format",
    steps: [
      ["biome", "ci", "."],
      ["tsc", "--noEmit", "--project", "sdk/ts"],
      ["tsc", "--noEmit", "--project", "web-demo"],
      ["tsc", "--noEmit", "--project", "tests"],
      ["clang-format-19", "--dry-run", "--Werror", ...cppFiles],
    ],
    after: ["sdk"],
  },
  nodeTests: {
    name: "node-tests",
    title: "Tests: TypeScript, WASM in node",
    steps: [["vitest", "run", "tests/tools", "tests/ts"]],
    after: ["native", "sdk"],
  },
  serverTests: {
    name: "server-tests",
    title: "Tests: the server from outside",
    steps: [["vitest", "run", "--config", "tests/server/vitest.config.ts"]],
    after: ["native", "sdk"],
  },
  webDemo: {
    name: "web-demo",
    title: "Build: web demo",
    steps: [["npm", "run", "build", "--workspace", "web-demo"]],
    after: ["sdk"],
  },
  browserTests: {
    name: "browser-tests",
    title: "Tests: end to end in Chromium",
    steps: [["vitest", "run", "--config", "tests/browser/vitest.config.ts"]],
    after: ["native", "web-demo"],
  },
  packageTests: {
    name: "package-tests",
    title: "Tests: the packed npm package",
    steps: [["vitest", "run", "tests/package"]],
    after: ["sdk"],
  },
  bench: { name: "bench", title: "Build: benchmarks", steps: cmake("bench"), after: ["bootstrap"] },
  tidy: { name: "tidy", title: "clang-tidy", steps: cmake("tidy"), after: ["bootstrap"] },
  fuzz: { name: "fuzz", title: "Build: fuzzers", steps: cmake("fuzz"), after: ["bootstrap"] },
};

const wasm = ["wasmSimd", "wasmMvp"];
const commands = {
  test: [
    ...["bootstrap", "native", "nativeTests", ...wasm, "sdk", "lint"],
    ...["nodeTests", "serverTests", "webDemo", "browserTests", "packageTests"],
  ],
  build: ["bootstrap", "release", ...wasm, "sdk", "webDemo"],
  demo: ["bootstrap", "release", ...wasm, "sdk", "webDemo"],
  bench: ["bootstrap", "bench", ...wasm, "sdk"],
  lint: ["bootstrap", ...wasm, "sdk", "lint"],
  tidy: ["bootstrap", "tidy"],
  fuzz: ["bootstrap", "fuzz"],
};

const filesIn = (folder, pattern) =>
  has(folder) ? readdirSync(join(root, folder)).filter((f) => pattern.test(f)) : [];
const inherit = { cwd: root, env: environment };

/** Runs the programs one after the other, their output to ours; resolves to the first failure's status, or 0. */
async function runAll(programs) {
  let status = 0;
  for (const [program, ...args] of programs) {
    console.log(`\n${[program, ...args].join(" ")}`);
    status ||= await run(program, args, inherit);
  }
  return status;
}

// What a command does once its stages have succeeded; resolves to the exit status.
const afterwards = {
  demo: (args) => run("node", ["web-demo/demo.mjs", ...args], { ...inherit, group: false }),
  bench: () =>
    runAll([
      ...filesIn("build/bench", /_bench$/).map((name) => [join("build/bench", name)]),
      ...filesIn("tests/bench", /\.mjs$/).map((name) => ["node", join("tests/bench", name)]),
    ]),
  fuzz: ([seconds = "60"]) =>
    runAll(filesIn("build/fuzz", /_fuzz$/).map((name) => [join("build/fuzz", name), `-max_total_time=${seconds}`])),
};

/** Prints the runners' own summary lines once more and the sum of them; resolves to the exit status. */
function report(results) {
  console.log("");
  for (const { stage, lines } of results) for (const line of lines) console.log(`${stage.title}: ${line}`);
  const leftOut = results.filter((result) => result.leftOut).length;
  // A stage that failed without a count of its own is one failure.
  const failures = results.reduce((sum, result) => sum + (result.failed ? Math.max(1, result.failures) : 0), 0);
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  if (leftOut) console.log(`${leftOut} of ${results.length} stages left out`);
  console.log(`${passed} passed, ${failures} failed`);
  return failures || leftOut ? 1 : 0;
}

const [command, ...args] = process.argv.slice(2);
if (!Object.hasOwn(commands, command)) {
  console.error(`Usage: node tools/run.mjs ${Object.keys(commands).join(" | ")}`);
  process.exit(2);
}
const stages = commands[command].map((name) => stage[name]);
const results = await runStages(stages, { root, environment });
if (command === "test") process.exit(report(results));
if (results.some((result) => result.failed)) process.exit(1);
process.exit((await afterwards[command]?.(args)) ?? 0);
