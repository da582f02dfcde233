// Playback of the live HLS stream: by hls.js where the browser has Media Source Extensions, natively elsewhere (iPhone).

import workerUrl from "hls.js/dist/hls.worker.js?url";
import Hls from "hls.js/light";

export interface Stream {
  /** What a session reads programme time from. */
  readonly hls: Hls | undefined;
  /** Starts, or starts again, from `url`, a multivariant playlist. */
  load(url: string): void;
  /** Jumps to the live edge. */
  seekToLive(): void;
  /** Seconds behind the live edge; null if nobody knows. */
  latency(): number | null;
  /** `failed` is called when playback stops, `recovered` when it goes on. Retrying is done here. */
  watch(failed: (detail: string) => void, recovered: () => void): void;
}

/** Milliseconds between two tries after a fatal error; the first is at once. */
const kRetryMs = [0, 1000, 2000, 4000, 8000];

export function createStream(video: HTMLVideoElement): Stream {
  return Hls.isSupported() ? createHlsJs(video) : createNative(video);
}

function createHlsJs(video: HTMLVideoElement): Stream {
  const hls = new Hls({
    workerPath: workerUrl, // a file of ours: the default, a blob, is what a strict CSP forbids
    liveSyncDurationCount: 2,
    liveMaxLatencyDurationCount: 8,
    backBufferLength: 30,
    // Product events come with the manifest; hls.js's own cues would want a text track from a data: URL.
    enableDateRangeMetadataCues: false,
    enableID3MetadataCues: false,
    enableEmsgMetadataCues: false,
    fragLoadPolicy: { default: retrying(20_000) },
    playlistLoadPolicy: { default: retrying(10_000) },
    manifestLoadPolicy: { default: retrying(10_000) },
  });
  hls.attachMedia(video);
  let url = "";
  let tries = 0;
  let failed: (detail: string) => void = () => undefined;
  let recovered: () => void = () => undefined;

  hls.on(Hls.Events.ERROR, (_event, data) => {
    if (!data.fatal) return;
    failed(`${data.type}: ${data.details}`);
    const wait = kRetryMs[Math.min(tries, kRetryMs.length - 1)];
    tries += 1;
    setTimeout(() => {
      if (data.type === Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
      else if (hls.levels.length === 0) hls.loadSource(url);
      else hls.startLoad();
    }, wait);
  });
  hls.on(Hls.Events.FRAG_BUFFERED, () => {
    if (tries === 0) return;
    tries = 0;
    recovered();
  });

  return {
    hls,
    load(next) {
      url = next;
      hls.loadSource(next);
    },
    seekToLive() {
      if (hls.liveSyncPosition !== null) video.currentTime = hls.liveSyncPosition;
    },
    latency: () => (hls.levels.length > 0 && Number.isFinite(hls.latency) && hls.latency > 0 ? hls.latency : null),
    watch(onFailed, onRecovered) {
      failed = onFailed;
      recovered = onRecovered;
    },
  };
}

function retrying(timeToFirstByteMs: number) {
  const retry = { maxNumRetry: 4, retryDelayMs: 500, maxRetryDelayMs: 4000 };
  return {
    maxTimeToFirstByteMs: timeToFirstByteMs,
    maxLoadTimeMs: 2 * timeToFirstByteMs,
    timeoutRetry: retry,
    errorRetry: retry,
  };
}

function createNative(video: HTMLVideoElement): Stream {
  let url = "";
  let tries = 0;
  return {
    hls: undefined,
    load(next) {
      url = next;
      video.src = next;
    },
    seekToLive() {
      if (video.seekable.length > 0) video.currentTime = video.seekable.end(video.seekable.length - 1);
    },
    latency: () =>
      video.seekable.length > 0 ? video.seekable.end(video.seekable.length - 1) - video.currentTime : null,
    watch(failed, recovered) {
      video.addEventListener("error", () => {
        failed(video.error?.message ?? "");
        const wait = kRetryMs[Math.min(tries, kRetryMs.length - 1)];
        tries += 1;
        setTimeout(() => {
          video.src = url;
          video.play().catch(() => undefined); // the viewer presses play
        }, wait);
      });
      video.addEventListener("playing", () => {
        if (tries === 0) return;
        tries = 0;
        recovered();
      });
    },
  };
}
