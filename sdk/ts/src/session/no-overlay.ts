import { noStats } from "../overlay/overlay.js";
import { Recordings } from "../overlay/recordings.js";
import type { LiveComment, OverlayApi, OverlayComment, OverlayStats } from "../types.js";
import type { EngineClient } from "../worker/client.js";

/** What a session without an overlay offers in its place. */
export class NoOverlay extends Recordings implements OverlayApi {
  readonly enabled = false;
  readonly #client: () => EngineClient;

  constructor(client: () => EngineClient) {
    super();
    this.#client = client;
  }

  protected get engine(): EngineClient {
    return this.#client();
  }

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
