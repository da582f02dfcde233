// What the page and the engine say to each other. The engine usually lives in a worker; see connect.ts.
//   call     page -> engine, answered with a value or an error
//   tell     page -> engine, not answered
//   report   engine -> page
import type { RoomEvent } from "../core/core.js";
import type { Occurrence } from "../core/manifest.js";
import type {
  Gift,
  HostPicture,
  KeyedPicture,
  Layout,
  Mask,
  RecordedText,
  ShownCard,
  TimedText,
} from "../overlay/model.js";
import type { ClockReading } from "../overlay/stage/media-clock.js";
import type { RecommenderCall, RecommenderCalls } from "../recommend/protocol.js";
import type {
  CommentFormat,
  CommentMode,
  CommentSummary,
  DroppedComment,
  Explanation,
  Heatmap,
  HeatmapOptions,
  ImportedComments,
  LiveComment,
  Manifest,
  OverlayOptions,
  OverlayStats,
  RecordedComment,
  RecordingReport,
  Thresholds,
  Verdict,
} from "../types.js";

// Products and events go by their ids: the page may still have another manifest than the engine, and an index would then
// mean something else.
export type EventOccurrence = Omit<Occurrence, "event"> & { event: string };
export interface Calls {
  /** Starts the core from core.wasm's bytes. First of all calls. */
  start(request: { wasm: Uint8Array<ArrayBuffer> }): { buildId: string };
  loadCommentModel(request: { file: Uint8Array<ArrayBuffer> }): { version: string };
  classify(request: { texts: readonly string[] }): Verdict[];
  explain(request: { text: string; head?: string; label?: string }): Explanation;
  setThresholds(request: { thresholds: Thresholds }): void;
  /** Of everything that came before. */
  summary(request: null): CommentSummary;
  /**
   * Parses a manifest and keeps it; or fails and keeps what it had. Relative URLs
   * are resolved against `base`, unless that is ""; MISMATCH if the manifest is of another `stream`. `epoch` in
   * milliseconds since 1970.
   */
  readManifest(request: { text: string; base: string; stream: string | undefined }): {
    manifest: Manifest;
    epoch: number | undefined;
  };
  occurrences(request: { from: number; to: number; limit: number }): EventOccurrence[];
  /** Loads recommend.js from its URL, with the bytes of recommend.wasm. */
  startRecommender(request: { script: string; wasm: Uint8Array<ArrayBuffer> }): void;
  recommender<Name extends RecommenderCall>(request: {
    name: Name;
    request: Parameters<RecommenderCalls[Name]>[0];
  }): ReturnType<RecommenderCalls[Name]>;
  epsilon(request: { rho: number; delta: number }): { epsilon: number };
  microRho(request: { rho: number }): { microRho: number };
  /** Takes the canvas; without one the engine makes its own picture nowhere and only keeps the cards' times. */
  attachOverlay(request: {
    canvas: OffscreenCanvas | undefined;
    layout: Layout;
    backend: NonNullable<OverlayOptions["backend"]>;
    /** URL of dist/webgl.js. */
    webgl: string;
  }): void;
  loadRecording(request: { comments: readonly RecordedText[] }): RecordingReport;
  importComments(request: {
    file: string | Uint8Array<ArrayBuffer> | ArrayBuffer | Blob;
    format: CommentFormat | undefined;
  }): ImportedComments;
  exportComments(request: { comments: readonly RecordedComment[]; format: "sotto" | "ass" }): string;
  heatmap(request: { comments: readonly { readonly at: number }[]; options: HeatmapOptions }): Heatmap;
  /** CSS pixels. */
  pick(request: { x: number; y: number }): { comment: LiveComment | undefined };
  /** All comments in view, top to bottom, left to right: for those who go through them by keyboard. */
  visibleComments(request: null): { comments: readonly PlacedComment[] };
  /** Takes a comment out of the flow, or (undefined) lets it go; answers with where it stands. By id or by CSS pixels. */
  hold(request: { id?: string; x?: number; y?: number } | null): { held: PlacedComment | undefined };
  capture(request: null): { picture: Blob };
}

export interface Tells {
  clock(reading: ClockReading): void;
  /** Nothing is drawn while the page is hidden. */
  visible(state: { visible: boolean }): void;
  enabled(state: { enabled: boolean }): void;
  /** In "list" the page shows comments itself, and the engine draws none. */
  mode(state: { mode: "scroll" | "list" }): void;
  /** The overlay's size or its options changed. */
  layout(layout: Layout): void;
  push(comment: TimedText): void;
  /** `duration` in seconds; Infinity: until the next. */
  pin(pinned: { comment: TimedText; duration: number } | null): void;
  notice(notice: { text: string; duration: number }): void;
  like(like: { count: number; x: number; y: number }): void;
  gift(gift: Gift): void;
  host(host: HostPicture | null): void;
  mask(mask: Mask | null): void;
  /** The cards to come and those shown; replaces what was said before. */
  cards(state: { cards: readonly ShownCard[] }): void;
  picture(picture: KeyedPicture): void;
  clear(state: null): void;
  /** A frame of the comment WebSocket. */
  frame(frame: { bytes: Uint8Array<ArrayBuffer> }): void;
  /** The connection was lost, or is another: what the viewer sent gets no answer any more. */
  lost(state: null): void;
  /** A chat message that was sent: it is shown, in this mode and colour. */
  sent(comment: { text: string; user: string; id: string; at: number; mode: CommentMode; color: string }): void;
  /** Comments for the analysis alone; `times` NaN is now, and `programme` the programme time of now. */
  observe(comments: {
    texts: readonly string[];
    times: Float64Array;
    viewers: readonly string[];
    programme: number;
  }): void;
  /** The page wants to hear of every comment. */
  listen(state: null): void;
  /** The product on stage; "": none. */
  stage(state: { product: string }): void;
}

/** A comment and its rectangle, CSS pixels. */
export interface PlacedComment {
  comment: LiveComment;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Reports {
  /** Only if somebody wants them: a listener, the page's hooks, the list. */
  comments(report: { comments: readonly { comment: LiveComment; verdict: Verdict }[] }): void;
  /** What the analysis noticed. */
  noticed(report: { events: readonly RoomEvent[] }): void;
  dropped(report: { dropped: readonly DroppedComment[] }): void;
  /** The server did not publish a comment that was sent. */
  refused(report: { id: string; error: WireError }): void;
  /** Ids of the cards that are on screen now, and where (CSS pixels). */
  cards(report: { visible: readonly { id: number; x: number; y: number; width: number; height: number }[] }): void;
  stats(stats: Omit<OverlayStats, "renderer">): void;
  problem(report: { error: WireError }): void;
}

/** A SottoError, as far as structured cloning carries it. */
export interface WireError {
  code: string;
  message: string;
  hint: string;
  /** What the cause said; "" if there was none. */
  cause: string;
}

export type CallName = keyof Calls;
export type Request<Name extends CallName> = Parameters<Calls[Name]>[0];
export type Reply<Name extends CallName> = ReturnType<Calls[Name]>;

export type ToEngine =
  | { kind: "call"; id: number; name: CallName; request: unknown }
  | { kind: "tell"; name: keyof Tells; request: unknown };

export type FromEngine =
  | { kind: "reply"; id: number; reply: unknown }
  | { kind: "failure"; id: number; error: WireError }
  | { kind: "report"; name: keyof Reports; report: unknown };

/** A Worker, a MessagePort, or a worker's own scope. */
export interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
}
