import { describe, expect, it } from "vitest";
import { testCounts } from "../../tools/lib/summary.mjs";

describe("testCounts", () => {
  it("reads ctest's last line", () => {
    expect(testCounts("98% tests passed, 3 tests failed out of 120\n\nTotal Test time (real) = 4.2 sec")).toEqual({
      passed: 117,
      failures: 3,
      lines: ["98% tests passed, 3 tests failed out of 120"],
    });
  });

  it("reads ctest's line when a single test failed", () => {
    expect(testCounts("50% tests passed, 1 tests failed out of 2")).toMatchObject({ passed: 1, failures: 1 });
  });

  it("reads vitest's coloured summary, with failed and skipped tests", () => {
    const line =
      "\u001b[2m      Tests \u001b[22m \u001b[31m1 failed\u001b[39m | \u001b[32m41 passed\u001b[39m | 2 skipped (44)";
    expect(testCounts(line)).toMatchObject({ passed: 41, failures: 1 });
  });

  it("reads vitest's summary of an all-green run", () => {
    expect(testCounts(" Test Files  3 passed (3)\n      Tests  41 passed (41)\n")).toMatchObject({
      passed: 41,
      failures: 0,
    });
  });

  it("adds up several runners in one output", () => {
    const output = "100% tests passed, 0 tests failed out of 7\n      Tests  3 passed (3)\n";
    expect(testCounts(output)).toMatchObject({ passed: 10, failures: 0 });
  });

  it("takes no other line for a summary", () => {
    expect(testCounts("Tests run: 12\nall 5 tests passed\n")).toEqual({ passed: 0, failures: 0, lines: [] });
  });
});
