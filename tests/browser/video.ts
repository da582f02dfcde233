// A small video with sound for the live stream: key frames two seconds apart as the room's own, but made in a second.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { findFfmpeg } from "../../web-demo/demo/programs.mjs";

declare module "vitest" {
  interface ProvidedContext {
    video: string;
  }
}

export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), "sotto-video-"));
  const video = join(folder, "video.mp4");
  execFileSync(findFfmpeg(), [
    ...["-hide_banner", "-loglevel", "error", "-y"],
    ...[
      "-f",
      "lavfi",
      "-i",
      "testsrc2=size=640x360:rate=25",
      "-f",
      "lavfi",
      "-i",
      "sine=frequency=220:sample_rate=48000",
    ],
    ...["-t", "30", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-bf", "0"],
    ...["-g", "50", "-keyint_min", "50", "-sc_threshold", "0", "-c:a", "aac", "-b:a", "64k", video],
  ]);
  project.provide("video", video);
  return () => rmSync(folder, { recursive: true, force: true });
}
