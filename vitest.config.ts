import { defineConfig } from "vitest/config";

// Tests in node. Those of the server and those in Chromium have a configuration of their own beside them.
export default defineConfig({
  test: {
    include: ["tests/{tools,ts,package}/**/*.test.{ts,mjs}"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } }, // a busy machine is no failure
  },
});
