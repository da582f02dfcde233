import { noStats } from "../overlay/overlay.js";
import type { LiveComment, OverlayApi, OverlayComment, OverlayStats } from "../types.js";

/** What a session without an overlay offers in its place. */
export class NoOverlay implements OverlayApi {
  readonly enabled = false;

  push({ id = "" }: OverlayComment): string {
    return id;
  }

  async loadRecording(): Promise<void> {}

  setEnabled(): void {}

  configure(): void {}

  async pick(): Promise<LiveComment | null> {
    return null;
  }

  clear(): void {}

  stats(): OverlayStats {
    return noStats;
  }
}
