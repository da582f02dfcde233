// What the test runners said at the end of their output.
import { stripVTControlCharacters } from "node:util";

// Each runner's summary line and how to read the counts from it.
const runners = [
  {
    // ctest: "98% tests passed, 3 tests failed out of 120"
    line: /^\s*\d+% tests passed, (?<failed>\d+) tests? failed out of (?<total>\d+)/,
    counts: ({ failed, total }) => [total - failed, +failed],
  },
  {
    // vitest: "Tests  1 failed | 41 passed | 2 skipped (44)"
    line: /^\s*Tests\s+(?=.*\(\d+\)$)(?:(?<failed>\d+) failed)?[ |]*(?:(?<passed>\d+) passed)?/,
    counts: ({ failed = 0, passed = 0 }) => [+passed, +failed],
  },
];

/** Sums the counts in a runner's output: { passed, failures, lines }, all empty where there is no summary line. */
export function testCounts(output) {
  const sum = { passed: 0, failures: 0, lines: [] };
  for (const line of stripVTControlCharacters(output).split("\n")) {
    for (const runner of runners) {
      const match = runner.line.exec(line);
      if (!match) continue;
      const [passed, failures] = runner.counts(match.groups);
      sum.passed += passed;
      sum.failures += failures;
      sum.lines.push(line.trim());
    }
  }
  return sum;
}
