// Loaded by sessions without an overlay. Its parts come with the call: what is imported here as well as by the session
// would be a file of its own.
import { SottoError } from "../errors.js";
import type { Recordings } from "../overlay/recordings.js";
import type { LiveComment, OverlayApi, OverlayComment, OverlayStats, RecordingReport } from "../types.js";
import type { EngineClient } from "../worker/client.js";

/** What a session without an overlay offers in its place. */
export function createNoOverlay(Base: typeof Recordings, engine: () => EngineClient, stats: OverlayStats): OverlayApi {
  class NoOverlay extends Base implements OverlayApi {
    readonly enabled = false;

    protected get engine(): EngineClient {
      return engine();
    }

    push({ id = "" }: OverlayComment): string {
      return id;
    }

    async loadRecording(): Promise<RecordingReport> {
      return { shown: 0, dropped: [] };
    }

    pin(): void {}

    notice(): void {}

    like(): void {}

    gift(): void {}

    setHost(host: { image: ImageBitmap } | null): void {
      host?.image.close();
    }

    setMask(mask: unknown): void {
      if (typeof ImageBitmap === "function" && mask instanceof ImageBitmap) mask.close();
    }

    setEnabled(): void {}

    configure(): void {}

    async pick(): Promise<LiveComment | null> {
      return null;
    }

    clear(): void {}

    async capture(): Promise<Blob> {
      throw new SottoError("UNAVAILABLE", "this session has no overlay to capture");
    }

    stats(): OverlayStats {
      return stats;
    }
  }
  return new NoOverlay();
}
