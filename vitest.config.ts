import { defineConfig } from "vitest/config";

// Tests in node. Those in Chromium have their own: tests/browser/vitest.config.ts.
export default defineConfig({
  test: {
    include: ["tests/{tools,ts,identity,server,package}/**/*.test.{ts,mjs}"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
