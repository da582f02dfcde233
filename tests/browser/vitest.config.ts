// End to end in Chromium: the built page, the real server, a live stream by ffmpeg. `npm test` builds all three before.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["*.test.ts"],
    // One room, one browser at a time: two processors are busy with ffmpeg, the server and Chromium.
    fileParallelism: false,
    globalSetup: ["./video.ts"],
    // A busy machine is no failure.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
