// What page/main.js offers to tests that run inside it.

import type * as live from "@sotto/live";
import type * as core from "@sotto/live/core";

declare global {
  interface HTMLElementTagNameMap {
    "live-overlay": HTMLElement & { readonly session?: live.LiveSession };
  }
  interface Window {
    page: typeof live & {
      loadCore: typeof core.loadCore;
      defineLiveOverlay(): void;
      manifest: object;
      video: HTMLVideoElement;
      events: [type: string, detail: never][];
      session: live.LiveSession;
      create(options?: object): Promise<live.LiveSession>;
      play(): Promise<void>;
      painted(): Promise<number>;
    };
  }
}
