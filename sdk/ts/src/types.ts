// Every public type of the package: options with their units and defaults, events, and what a session offers.
// Times are seconds unless a name says otherwise; sizes are CSS pixels.
import type { SottoError } from "./errors.js";
import type { Logger } from "./logger.js";

/** A language of the product. Text in both is always at hand; where a manifest has only one, both hold it. */
export type Locale = "zh" | "en";

export interface LocalText {
  readonly zh: string;
  readonly en: string;
}

// ---------------------------------------------------------------------------------------------------------- manifest

export interface Price {
  /** Minor units: 12900 is 129.00. */
  readonly amount: number;
  /** ISO 4217, such as "CNY". */
  readonly currency: string;
}

export interface Product {
  /** `[A-Za-z0-9_-]{1,64}`, unique in the manifest. */
  readonly id: string;
  readonly title: LocalText;
  /** A path such as "tea/green"; may be empty. */
  readonly category: string;
  /** "" if there is none. */
  readonly brand: string;
  readonly price: Price;
  /** How many are left; undefined: nobody says. A product of which none is left is not recommended. */
  readonly stock?: number;
  /** Absolute URL; "" if there is none. */
  readonly image: string;
  readonly facts: { readonly zh: readonly string[]; readonly en: readonly string[] };
}

/** Something that happens at a time of the programme. */
export interface TimedEvent {
  readonly id: string;
  /** "product" shows a card; other types pass through. */
  readonly type: string;
  /** A product's id, for type "product". */
  readonly product: string;
  /** Seconds of programme time. */
  readonly at: number;
  /** Seconds. */
  readonly duration: number;
  /** Seconds after which it happens again; 0: once. */
  readonly every: number;
}

export interface ModelReference {
  /** "comments", "affinity", ... */
  readonly id: string;
  readonly version: string;
  /** Absolute URL. */
  readonly url: string;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** What a device may be asked to contribute, and what that costs. */
export type TaskReference = LocalTaskReference | SplitTaskReference;

interface TaskTerms {
  readonly id: string;
  /** Variance of the noise on each entry, as a rational number. Under split trust it is that of one aggregator's. */
  readonly sigmaSquaredNumerator: number;
  readonly sigmaSquaredDenominator: number;
  /** zCDP cost of one contribution. The device computes it anew and refuses a task that states another. */
  readonly rho: number;
  /** The same as (epsilon, delta). The device refuses a task that states a smaller epsilon than its parameters have. */
  readonly epsilon: number;
  readonly delta: number;
  /** Contributions that close the round; below it aggregators release nothing. */
  readonly minimum: number;
  /** RFC 3339 UTC. After it nothing is contributed, and what was prepared before is not sent any more. */
  readonly expires: string;
}

interface TaskItems {
  /** Product ids, in the order of the encoding. */
  readonly items: readonly string[];
  /** How many engaged products are encoded at most. */
  readonly maxItems: number;
}

/** The device adds all of the noise itself. */
export interface LocalTaskReference extends TaskTerms, TaskItems {
  /** Which of the engaged products go together. */
  readonly kind: "affinity";
  readonly trust: "local";
  /** Absolute URL; an update is put to `url/<update id>`. */
  readonly url: string;
}

interface SplitTerms extends TaskTerms {
  readonly trust: "split";
  /**
   * The period in which the device counts the cost, see `budget.perEpoch`, and the first in which it reports, in units of
   * `timePrecision` since 1970.
   */
  readonly epoch: number;
  /** Seconds of an epoch. A report says no more of when it was made. */
  readonly timePrecision: number;
  /** Epochs in which reports are made. */
  readonly duration: number;
  /** How aggregators put reports into batches (draft-ietf-ppm-dap, "Batch Modes"). */
  readonly batchMode: "time-interval" | "leader-selected";
  readonly aggregators: Aggregators;
}

/**
 * A report is cut into two shares, each sealed to one aggregator; neither can read it alone. Each proves with the other
 * that it is in bounds, and adds noise to its sum before it releases it. Docs in docs/manifest.md.
 */
export type SplitTaskReference =
  /** "popularity": which products are engaged most. "affinity": which go together. */
  | (SplitTerms & TaskItems & { readonly kind: "popularity" | "affinity" })
  | (SplitTerms & {
      /** The sentiment and intent of what the viewer wrote in a minute. */
      readonly kind: "mood";
      /** Of programme time. */
      readonly minute: number;
    })
  | (SplitTerms & {
      /** How the head of the room's two-tower model changed when it was tuned to this viewer. */
      readonly kind: "delta";
      /** The model's version. */
      readonly model: string;
      readonly dimension: number;
      /** L2 norm that the change is clipped to. */
      readonly clip: number;
      readonly entryBits: number;
      readonly step: number;
      readonly rotationSeed: number;
    });

/** The two who aggregate a task. */
export interface Aggregators {
  readonly leader: AggregatorReference;
  readonly helper: AggregatorReference;
  /** Both are run by one operator: then nothing is split, and whoever shows the task must say so. */
  readonly oneOperator: boolean;
}

export interface AggregatorReference {
  /** Who runs it. */
  readonly operator: string;
  /** Absolute; a report is posted to the leader's `url/tasks/<task id>/reports`. */
  readonly url: string;
  readonly hpke: HpkeConfig;
}

/** A public key for HPKE (RFC 9180) by the numbers of its section 7. */
export interface HpkeConfig {
  /** By which the aggregator knows it. */
  readonly id: number;
  readonly kem: number;
  readonly kdf: number;
  readonly aead: number;
  /** base64url without padding. */
  readonly publicKey: string;
}

export interface Manifest {
  readonly version: number;
  /** The stream's id. */
  readonly stream: string;
  readonly title: LocalText;
  /** Absolute URL of the multivariant HLS playlist; "" if there is none. */
  readonly hls: string;
  /** Absolute URL of the comment WebSocket; "" if there is none. */
  readonly comments: string;
  /** RFC 3339 UTC moment of programme time 0 of a live stream; "" for a recorded one. */
  readonly epoch: string;
  /** Seconds after which the session asks for the manifest again; 0: never. */
  readonly refresh: number;
  /** Version of the catalogue, which models are checked against; "": none. */
  readonly catalogue: string;
  readonly products: readonly Product[];
  readonly events: readonly TimedEvent[];
  readonly models: readonly ModelReference[];
  readonly tasks: readonly TaskReference[];
  readonly campaigns: readonly Campaign[];
}

/** An offer for some viewers, whom each device tells for itself. */
export interface Campaign {
  readonly id: string;
  /** The viewer is in all of `all`, in one of `any` (if there are any) and in none of `none`. */
  readonly segments: {
    readonly all: readonly string[];
    readonly any: readonly string[];
    readonly none: readonly string[];
  };
  /** A product's id. */
  readonly product: string;
  readonly coupon?: { readonly percent: number; readonly label: LocalText };
  /** Seconds of programme time. */
  readonly from: number;
  readonly until?: number;
}

// ---------------------------------------------------------------------------------------------------------- comments

export interface LiveComment {
  /** Unique in the session. */
  readonly id: string;
  /** Seconds of programme time. */
  readonly at: number;
  /** Display name; may be empty. */
  readonly user: string;
  readonly text: string;
  /** The viewer's own: never dropped from the overlay. */
  readonly own: boolean;
}

/** What the comment model says of a comment, one verdict each. */
export type HeadName = "sentiment" | "emotion" | "intent" | "toxicity" | "language";

export type SentimentLabel = "negative" | "neutral" | "positive";
export type EmotionLabel = "joy" | "anger" | "sadness" | "surprise" | "fear" | "neutral";
/** What the viewer wants. */
export type IntentLabel =
  /** What it costs. */
  | "price"
  /** Stock, sizes, colours, variants. */
  | "availability"
  /** When, how, how far, at what postage. */
  | "shipping"
  /** Coupons, gifts, lotteries, cheaper. */
  | "discount"
  /** The product itself. */
  | "product_question"
  /** How to use, wash, cook, keep it. */
  | "usage"
  /** Wants to buy, or has just bought. */
  | "purchase"
  /** Something bought earlier went wrong. */
  | "after_sales"
  | "praise"
  | "greeting"
  /** The host should do something. */
  | "host_request"
  | "chatter";
/** "contact": away from the platform. */
export type ToxicityLabel = "none" | "insult" | "hate" | "spam" | "contact";
export type LanguageLabel = "zh" | "en" | "ja" | "ko" | "other";

export interface Choice<Label extends string> {
  readonly label: Label;
  /** The label's probability, 0 to 1. */
  readonly confidence: number;
  /** The confidence is below the head's threshold: do not act on it. */
  readonly abstains: boolean;
}

export interface Verdict {
  readonly sentiment: Choice<SentimentLabel> & {
    /** From -1 to 1: the sign says which, the size how strongly. */
    readonly score: number;
  };
  readonly emotion: Choice<EmotionLabel>;
  readonly intent: Choice<IntentLabel>;
  readonly toxicity: Choice<ToxicityLabel>;
  readonly language: Choice<LanguageLabel>;
}

/** A stretch of the text and what it added to `z`. */
export interface Evidence {
  /** UTF-16 offsets, as `text.slice(begin, end)` takes them. */
  readonly begin: number;
  readonly end: number;
  /** Above 0 it speaks for the label, below 0 against it. */
  readonly weight: number;
}

export interface Explanation {
  readonly verdict: Verdict;
  /** What is explained. */
  readonly head: HeadName;
  readonly label: string;
  /** The score of the label (a logit before its temperature): `bias` + the sum of the weights. */
  readonly z: number;
  readonly bias: number;
  /** Ordered by `begin`, not overlapping. */
  readonly evidence: readonly Evidence[];
}

/** For each head the confidence, 0 to 1, below which it abstains. What is not given is the model's own. */
export type Thresholds = { readonly [head in HeadName]?: number };

/** A question that many ask, whatever their exact words. */
export interface CommonQuestion {
  /** The commonest wording. */
  readonly text: string;
  /** How often, of late: older comments count less. */
  readonly weight: number;
  /** Different viewers who asked, estimated; 0 if it is not known who. */
  readonly viewers: number;
  /** When it was first asked. */
  readonly since: number;
}

/** What the room says, as of a moment. Times are seconds of programme time; older comments count less in all but totals. */
export interface CommentSummary {
  readonly at: number;
  /** All that were read. */
  readonly comments: number;
  /** Of those, insults, hate, spam and lures away from the platform: counted, not analysed. */
  readonly leftOut: number;
  /** Comments a second now. */
  readonly rate: number;
  /** Comments come much faster than usual, since then; `peak` in comments a second. */
  readonly burst?: { readonly since: number; readonly peak: number };
  readonly mood: {
    /** Mean score, -1 to 1. */
    readonly mean: number;
    /** Standard error of the mean. */
    readonly error: number;
    /** Comments of late, older ones counting less. */
    readonly positive: number;
    readonly neutral: number;
    readonly negative: number;
    /** Ten seconds each, the oldest first, without empty ones. */
    readonly buckets: readonly {
      readonly begin: number;
      readonly mean: number;
      readonly error: number;
      readonly comments: number;
    }[];
    /** When the mean changed, the oldest first. */
    readonly changes: readonly MoodChange[];
  };
  /** What is talked about, the most first. */
  readonly keywords: readonly {
    readonly text: string;
    readonly score: number;
    readonly count: number;
    /** How many times as often as it was before: above 1 it rises. */
    readonly trend: number;
  }[];
  /** What is asked, the most first. */
  readonly questions: readonly CommonQuestion[];
  /** In the manifest's order. */
  readonly products: readonly {
    readonly id: string;
    /** Comments that name it: by name, by sound or by its number. */
    readonly mentions: number;
    readonly mean: number;
    /** The share of positive ones among those that are not neutral lies in here (95 %). */
    readonly low: number;
    readonly high: number;
    readonly positive: number;
    readonly neutral: number;
    readonly negative: number;
  }[];
  readonly intents: { readonly [intent in IntentLabel]: number };
}

/** The mean score of the room went from one value to another. */
export interface MoodChange {
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** A comment from the page's own source. */
export interface ObservedComment {
  readonly text: string;
  /** Seconds of programme time. Default: now. One that is earlier than what was observed before counts as of then. */
  readonly at?: number;
  /** Anything that tells viewers apart; stays on the device. */
  readonly viewer?: string;
}

export interface SendOptions {
  /** Display name. */
  user?: string;
  /** How it is shown here; the room is sent its words alone. Default "scroll". */
  mode?: CommentMode;
  /** A CSS colour, here as well. Default the overlay's `ownColor`. */
  color?: string;
}

export interface CommentsApi {
  /** Judges text on the device. Arrays are answered in their order, in one round trip. */
  classify(text: string): Promise<Verdict>;
  classify(texts: readonly string[]): Promise<Verdict[]>;
  /**
   * The verdict, and what in the text speaks for a label and against it: by default that of the sentiment. Rejects with
   * INVALID_ARGUMENT for a head or a label that there is not.
   */
  explain(text: string, of?: { head?: HeadName; label?: string }): Promise<Explanation>;
  /** Replaces the thresholds. Rejects with INVALID_ARGUMENT, and changes nothing, for one that is not from 0 to 1. */
  setThresholds(thresholds: Thresholds): Promise<void>;
  /** Feeds the analysis with comments that do not come from the room's server. They are neither shown nor reported. */
  observe(comments: readonly ObservedComment[]): void;
  /** What the room says, analysed on the device. */
  summary(): Promise<CommentSummary>;
  /**
   * Sends a public chat message and shows it at once as the viewer's own. If the room then does not publish it, a
   * "refuse" event says so.
   * Rejects with INVALID_ARGUMENT (empty, above 4,096 bytes as sent) or UNAVAILABLE (no connection; not queued).
   */
  send(text: string, options?: SendOptions): Promise<LiveComment>;
  readonly connection: ConnectionState;
}

/** "none": the manifest names no comment server. "waiting": the connection was lost and is tried again later. */
export type ConnectionState = "none" | "connecting" | "open" | "waiting" | "closed";

// ----------------------------------------------------------------------------------------------------------- overlay

/** How a comment is shown: scrolling to the left or ("reverse") to the right, or standing still. */
export type CommentMode = "scroll" | "reverse" | "top" | "bottom" | "free";

/** Insets in CSS pixels. */
export interface Insets {
  readonly top?: number;
  readonly right?: number;
  readonly bottom?: number;
  readonly left?: number;
}

export interface OverlayOptions {
  // Type
  /** CSS pixels, 8 to 128. Default 24; 18 below 640 pixels of width, 40 from 2,560 on. */
  fontSize?: number;
  /** A CSS font-family list. Default: the system's sans-serif with CJK faces. */
  fontFamily?: string;
  /** 100 to 900. Default 600. */
  fontWeight?: number;
  /** A CSS colour of comments that bring none. Default "#ffffff". */
  color?: string;
  /** A CSS colour of the viewer's own comments. Default "#ffd60a". */
  ownColor?: string;
  /** Width of the outline in CSS pixels, 0 to 8. Default a ninth of `fontSize`. */
  outline?: number;
  /** A CSS colour. Default "rgba(0, 0, 0, 0.72)". */
  outlineColor?: string;
  /** Blur of a dark shadow in CSS pixels, 0 (none) to 16. Default 0. */
  shadow?: number;
  /** 0 to 1. Default 1. */
  opacity?: number;

  // Movement
  /** "slow", "normal" or "fast": 12, 8 or 5 seconds from edge to edge. Default "normal". `crossing` goes before it. */
  speed?: "slow" | "normal" | "fast";
  /** Seconds a short comment takes from edge to edge, 1 to 60. Default that of `speed`. */
  crossing?: number;
  /** How far lanes differ in speed, as a share of it, 0 to 0.5. Default 0.06. */
  speedSpread?: number;
  /** Seconds that top and bottom comments stay, 0.1 to 60. Default 5. */
  still?: number;

  // Room
  /** Share of the height, from the top, that scrolling comments may use, 0 to 1. Default 0.75. */
  area?: number;
  /** A lane's height in font sizes, 1 to 3. Default 1.5. */
  lineHeight?: number;
  /** Lanes at most, 1 to 2,048. Default: as many as fit into `area`. */
  lanes?: number;
  /** Lanes of those that flow to the right, the lowest. Default: a sixth of them once there is a "reverse" comment. */
  reverseLanes?: number;
  /** Kept free at the edges, in CSS pixels, 0 to 4,096: a notch, the player's controls. Default 0. */
  safeArea?: Insets;
  /** Device pixels to a CSS pixel at most, 1 to 4. Default 3. */
  maxPixelRatio?: number;

  // How much
  /**
   * "off" shows no comments, "sparse" about a third of what fits, "normal" what fits with a gap between, "dense" what
   * fits, "all" everything: comments then cover each other. Default "normal".
   */
  density?: "off" | "sparse" | "normal" | "dense" | "all";
  /** Whether comments may cover each other. Default "never"; "whenFull" with density "all". */
  overlap?: "never" | "whenFull" | "always";
  /** Comments on screen at most, the viewer's own aside, 0 to 100,000. Default 10,000. */
  maxVisible?: number;
  /** Seconds a comment may wait for a free lane before it is dropped, 0 to 60. Default 3. */
  patience?: number;
  /** Seconds within which comments of the same words become one with a growing count, 0 (never) to 600. Default 10. */
  merge?: number;

  // Which
  /** Modes that are not shown. Default none. */
  hiddenModes?: readonly CommentMode[];
  /** Comments that contain one are dropped, however it is written (case, width, spaces). At most 1,000. Default none. */
  blockedWords?: readonly string[];
  /** User names whose comments are dropped. At most 10,000. Default none. */
  blockedUsers?: readonly string[];
  /**
   * Asked about every comment before it is shown: `true` accepts, `false` drops, an object changes it (its fields replace
   * the comment's). Called on the page; the viewer's own comments are not asked about. Default: accept.
   */
  filter?: (comment: FilteredComment) => boolean | Partial<OverlayComment>;
  /**
   * Which of those that wait is shown first: 0 to 7, 7 first. Called on the page, with the verdict where there is one.
   * The viewer's own always come first. Default: host 4, VIP 3, questions 2, others 1.
   */
  prioritise?: (comment: FilteredComment, verdict: Verdict | undefined) => number;

  // What else
  /** Show a card while its product is on stage. Default true. */
  cards?: boolean;
  /** Show likes, gifts and other effects. Default true; false where the viewer prefers reduced motion. */
  effects?: boolean;
  /** A comment under the pointer stops and can be clicked, copied, reported, its author blocked. Default true. */
  interactive?: boolean;
  /** When frames are late: fewer comments, then no effects, then fewer pixels, until they are not. Default true. */
  frameBudget?: boolean;
  /**
   * "scroll", "list" (still, `role="log"`, for reduced motion and screen readers), or "auto": "list" where the viewer
   * prefers reduced motion. Default "auto".
   */
  mode?: "auto" | "scroll" | "list";
  /** Fixed when the session starts. "auto": "webgl2" where a probe finds it fast, else "canvas2d". Default "auto". */
  backend?: "auto" | "canvas2d" | "webgl2";
}

/** Look of one comment beyond its colour. */
export interface CommentStyle {
  /** CSS colours from left to right, 2 to 8. */
  readonly gradient?: readonly string[];
  /** A CSS colour: a frame around it. */
  readonly border?: string;
  /** A CSS colour behind it. */
  readonly background?: string;
}

export interface OverlayComment {
  text: string;
  /** Default: a new one. */
  id?: string;
  user?: string;
  own?: boolean;
  /** A CSS colour. */
  color?: string;
  /** Default "scroll". */
  mode?: CommentMode;
  /** For mode "free": its top left corner as shares of the overlay's size, 0 to 1. */
  x?: number;
  y?: number;
  /** Seconds that a still comment stays, 0.1 to 60. Default the option `still`. */
  duration?: number;
  /** Factor of the font size, 0.25 to 4; a scrolling comment is at most as tall as its lane. Default 1. */
  size?: number;
  /** Who wrote it; decides the default priority and its badge. Default "viewer". */
  role?: "viewer" | "vip" | "host";
  style?: CommentStyle;
  /** Pictures for stretches of the text, such as `{ "[rose]": "/emotes/rose.webp" }`; URLs with CORS. */
  emotes?: Readonly<Record<string, string>>;
}

/** What `filter` and `prioritise` see. */
export type FilteredComment = Readonly<OverlayComment> & { readonly id: string; readonly user: string };

export interface RecordedComment extends OverlayComment {
  /** Seconds of media time at which it enters. */
  at: number;
}

/**
 * "no-lane": nothing was free within `patience`. "full": `maxVisible` were on screen. "frame-budget": frames were late.
 * "blocked-word", "blocked-user", "hidden-mode", "density", "filter": as the option says. "merged": it was counted at an
 * equal one. "hidden": the page was not visible. "queue": 10,000 wait already.
 */
export type DropReason =
  | "no-lane"
  | "full"
  | "frame-budget"
  | "blocked-word"
  | "blocked-user"
  | "hidden-mode"
  | "density"
  | "filter"
  | "merged"
  | "hidden"
  | "queue";

export interface DroppedComment {
  readonly id: string;
  readonly reason: DropReason;
}

export interface RecordingReport {
  /** Comments that some time shows. */
  readonly shown: number;
  readonly dropped: readonly DroppedComment[];
}

/**
 * "sotto": our JSON. "bilibili": XML. "niconico", "dplayer": the JSON of theirs. "ass": subtitles. "chat": Twitch and
 * YouTube, as their downloaders write it.
 */
export type CommentFormat = "sotto" | "bilibili" | "niconico" | "dplayer" | "ass" | "chat";

export interface ImportedComments {
  readonly format: CommentFormat;
  /** By time. */
  readonly comments: readonly RecordedComment[];
  /** How many comments of the file could not be read. */
  readonly skipped: number;
  /** Why, for the first 20 of them. `place` counts from 1: comments, or lines of ASS and of JSON lines. */
  readonly problems: readonly { readonly place: number; readonly message: string }[];
}

export interface HeatmapOptions {
  /** Seconds of media time, above 0. */
  duration: number;
  /** Into how many equal parts it is divided, 1 to 10,000. */
  buckets: number;
}

export interface Heatmap {
  /** Comments in each part. */
  readonly counts: Uint32Array;
  /** The same smoothed, per mille of the highest. */
  readonly curve: Uint16Array;
}

export interface OverlayStats {
  /** Frames drawn since the session began. */
  readonly frames: number;
  /** Frames per second over the last second; 0 while nothing moves. */
  readonly fps: number;
  /** Milliseconds: the longest time between two frames over the last second; 0 while nothing moves. */
  readonly longestFrame: number;
  /** Milliseconds: 95th percentile of what a frame took to plan and draw, over the last second. */
  readonly frameTime: number;
  /** Comments that got a lane. */
  readonly drawn: number;
  /** Comments that were dropped, for whatever reason. */
  readonly dropped: number;
  /** Comments that wait for a lane now. */
  readonly waiting: number;
  /** Comments on screen now. */
  readonly visible: number;
  /** 0: everything; 1: fewer comments enter; 2: no effects either; 3: at half the resolution, too. */
  readonly degraded: 0 | 1 | 2 | 3;
  /** Where the overlay runs: "worker", "main" (no OffscreenCanvas or worker here), or "list". */
  readonly renderer: "worker" | "main" | "list";
  readonly backend: "canvas2d" | "webgl2";
}

/** Fractions of the overlay's size, 0 to 1, from its top left. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * What comments pass behind: a picture over the whole overlay whose opaque parts hide them, or an element of the page
 * (subtitles, a person's box), whose rectangle is followed, or rectangles.
 */
export type OverlayMask = ImageBitmap | Element | readonly Rectangle[];

export interface OverlayApi {
  /** Shows a comment now (media time). Returns its id. */
  push(comment: OverlayComment): string;
  /** Replaces the recording: seeks always show the same picture. Resolves once it is arranged. */
  loadRecording(comments: readonly RecordedComment[]): Promise<RecordingReport>;
  /** Keeps a comment in sight, above the others; null takes it away. `duration` in seconds, default until then. */
  pin(comment: OverlayComment | null, options?: { duration?: number }): void;
  /** A line of the system's own, such as a rule of the room; one after the other. `duration` in seconds, default 5. */
  notice(text: string, options?: { duration?: number }): void;
  /** Hearts that rise from a point (shares of the overlay's size; default its lower right). `count` 1 to 64, default 8. */
  like(options?: { count?: number; x?: number; y?: number }): void;
  /** A banner with who gave what, how often; the same user and gift again count up. */
  gift(gift: { user: string; name: string; count?: number; image?: string }): void;
  /**
   * The host's picture, above the comments: a rectangle and an image that is drawn from now on (call again for each new
   * image; it is taken over and closed). null takes it away.
   */
  setHost(host: { rectangle: Rectangle; image: ImageBitmap } | null): void;
  /** Comments pass behind it; null: nothing. A bitmap is taken over and closed. Call again at the mask's own rate. */
  setMask(mask: OverlayMask | null): void;
  /**
   * Reads a recording of another system, for loadRecording(). `format`: by the content if it is not given. Rejects with
   * MALFORMED, TRUNCATED, UNSUPPORTED_VERSION or RESOURCE_EXHAUSTED (above 64 MiB or 1,000,000 comments).
   */
  importComments(
    file: string | Uint8Array<ArrayBuffer> | ArrayBuffer | Blob,
    options?: { format?: CommentFormat },
  ): Promise<ImportedComments>;
  /** The text of a file. Rejects with INVALID_ARGUMENT if one of the comments cannot be written. */
  exportComments(comments: readonly RecordedComment[], format: "sotto" | "ass"): Promise<string>;
  /** How much is said when, for a curve above the time bar. Rejects with INVALID_ARGUMENT for options out of range. */
  heatmap(comments: readonly { readonly at: number }[], options: HeatmapOptions): Promise<Heatmap>;
  setEnabled(enabled: boolean): void;
  readonly enabled: boolean;
  /** Changes only what is given. Throws INVALID_ARGUMENT naming the option and its range. */
  configure(options: OverlayOptions): void;
  /** The comment under a point of the overlay (CSS pixels from its top left), or null. */
  pick(x: number, y: number): Promise<LiveComment | null>;
  /** Removes everything that is shown or waits. */
  clear(): void;
  /** The overlay's picture now, a PNG. Without the video, whose pixels belong to its origin. */
  capture(): Promise<Blob>;
  /** As of the last "stats" event. */
  stats(): OverlayStats;
}

// ---------------------------------------------------------------------------------------------------- recommendations

/** Weights by convention: view 0.3, click 1, cart 2, buy 3. "less": the viewer wants less of this. */
export type EngagementKind = "view" | "click" | "cart" | "buy" | "less";

/** A product, or all of a category: "tea" is "tea" and "tea/green". */
export type RuleTarget = { readonly product: string } | { readonly category: string };

/** What the shop wants, whatever the viewer's taste. At most 1,024 of each. Products that the manifest lacks are skipped. */
export interface RecommendRules {
  /** Puts products into these places of the list, counted from 0. */
  pin?: readonly { readonly product: string; readonly place: number }[];
  /** Multiplies the odds of a click in the order, by 0.001 to 1,000. */
  boost?: readonly (RuleTarget & { readonly factor: number })[];
  /** At most so many of a category or of a brand. */
  cap?: readonly (({ readonly category: string } | { readonly brand: string }) & { readonly most: number })[];
  exclude?: readonly RuleTarget[];
}

export interface RecommendOptions {
  /** How many, 1 or more. Default 8. */
  k?: number;
  /** Include products the viewer already engaged with. Default false. */
  includeEngaged?: boolean;
  /** From 0 (the best) to 1 (only different from each other), by maximal marginal relevance. Default 0.2. */
  diversity?: number;
  /**
   * Now and then lists what may turn out to be liked (Thompson sampling). A number: the seed, and the same list for the same
   * seed. Default false.
   */
  explore?: boolean | number;
  rules?: RecommendRules;
}

export interface Recommendation {
  readonly product: Product;
  /** Probability that this viewer clicks on it, or more, if it is shown: as far as this device has learned. */
  readonly score: number;
  readonly reason: {
    /**
     * The largest contribution. "listed": nothing speaks for it yet but that it is in the room. "popular": many like it.
     * "similar": resembles `because`. "together": viewers engaged with both. "suits": it fits what the viewer does, no
     * single product can be named. "on-stage": the host shows it, or something like it. "offer": a coupon, or few are left.
     * "explore": to learn whether it is liked. "pinned": a rule put it there.
     */
    readonly kind:
      | "listed"
      | "popular"
      | "similar"
      | "together"
      | "suits"
      | "on-stage"
      | "offer"
      | "explore"
      | "pinned";
    /** The engaged product that contributed most. */
    readonly because?: Product;
    /** A sentence for the viewer. */
    readonly text: LocalText;
  };
  /** What each feature adds to the score's logit: "content", "together", "on-stage", ... They sum to the logit. */
  readonly contributions: Readonly<Record<string, number>>;
  /** Share of what content and models contributed that content did, 0 to 1. */
  readonly contentShare: number;
  /** The campaign that offers it to this viewer. */
  readonly campaign?: Campaign;
}

/** What the room asks for a product now. */
export interface Offer {
  readonly product: string;
  /** Minor units, before the coupon. Default: the manifest's. */
  readonly price?: number;
  /** How many are left; 0: sold out. Default: the manifest's. */
  readonly stock?: number;
  /** 0 to 100. Default 0. */
  readonly couponPercent?: number;
}

/** A kind of viewer, told on the device; docs/recommend.md has the definitions. */
export interface Segment {
  /** "newcomer", "price-sensitive", "brand-loyal:Pine & Kettle", ... */
  readonly name: string;
  /** 0 to 1. */
  readonly strength: number;
}

/** Segments never leave the device: the page asks, and decides here. */
export interface SegmentsApi {
  /** Whether the viewer is in the segment now. "brand-loyal" is any "brand-loyal:...". */
  matches(name: string): Promise<boolean>;
  list(): Promise<Segment[]>;
}

// ------------------------------------------------------------------------------------- what leaves the device: ledger

export type Consent = "granted" | "denied" | "ask";

export interface ConsentApi {
  /** "ask" sends nothing, exactly as "denied". The session does not remember it: the page passes it to create(). */
  readonly state: Consent;
  grant(): void;
  /**
   * At once: requests on their way are aborted, none begins. Also the way to pause: what was not answered is kept, and
   * goes on with the same id and bytes after `grant()`. `ledger.forget()` is for taking it back.
   */
  deny(): void;
}

/**
 * "prepared": written down, not sent. "sending": sent at least once, not answered for certain. "accepted": the server has it
 * on disk. "refused": the server or the device ruled it out for good, or the viewer did with `forget()`. "failed": tries are
 * used up for now, and the next session tries again with the same id; or an aggregator's key was outdated (OUTDATED_KEY),
 * and it waits for a manifest that names another.
 */
export type LedgerState = "prepared" | "sending" | "accepted" | "refused" | "failed";

/** One contribution. Stored before its first byte is sent. */
export interface LedgerEntry {
  readonly task: string;
  readonly stream: string;
  readonly trust: "local" | "split";
  readonly kind: SplitTaskReference["kind"];
  /** Of split trust; 0 under local trust. */
  readonly epoch: number;
  /** The contribution's id: random, new for each, the same on every retry. */
  readonly id: string;
  readonly state: LedgerState;
  /** Exactly what is sent: noise included under local trust, both shares sealed under split trust. */
  readonly bytes: Uint8Array;
  /**
   * The products of the encoding; how many of them were engaged and encoded is hidden by noise, resp. by the shares.
   * None for "mood" and "delta".
   */
  readonly items: readonly string[];
  /** Where it goes; under split trust the leader's reports of the task. */
  readonly url: string;
  readonly rho: number;
  readonly epsilon: number;
  readonly delta: number;
  /** What was spent in all before and after, and the limit. Entries of earlier versions lack it. */
  readonly budget?: { readonly limitRho: number; readonly beforeRho: number; readonly afterRho: number };
  /** Under split trust: all that `bytes` is made of. */
  readonly report?: SplitReport;
  /** Milliseconds since 1970, by the device's clock. Stays on the device. */
  readonly at: number;
  /** Requests so far, each counted before it is sent; one on leaving the page as far as the browser still wrote it down. */
  readonly attempts: number;
  /** HTTP status of the last answer; 0 before the first. */
  readonly status: number;
  /** Why it was refused or failed. */
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string };
}

/** For inspection on the device: nothing of it but what `bytes` of the entry has is ever sent. */
export interface SplitReport {
  /** DAP's id of the task, 32 bytes. Reports of earlier versions, which are never sent, lack it. */
  readonly taskId: Uint8Array;
  /** 16 random bytes: the report's id. */
  readonly nonce: Uint8Array;
  /** For both aggregators; says nothing of the measurement. */
  readonly publicShare: Uint8Array;
  readonly leader: SealedShare;
  readonly helper: SealedShare;
  readonly oneOperator: boolean;
  /** The leader no longer had the key of the first time, so that the same shares were sealed to another one. */
  readonly resealed?: boolean;
}

export interface SealedShare {
  readonly operator: string;
  readonly url: string;
  /** Before it is sealed. Each share alone is random numbers; both together are what was measured. */
  readonly plaintext: Uint8Array;
  /** Of the aggregator's HPKE key. */
  readonly configId: number;
  readonly enc: Uint8Array;
  readonly ciphertext: Uint8Array;
}

export interface BudgetState {
  readonly limitRho: number;
  /** Everything prepared counts as spent, sent or not. */
  readonly spentRho: number;
  /** What `spentRho` means as (epsilon, delta). */
  readonly epsilon: number;
  readonly delta: number;
}

export interface LedgerApi {
  /** Newest first. */
  entries(): Promise<LedgerEntry[]>;
  budget(): Promise<BudgetState>;
  /** What one contribution to a task costs, computed on the device from the task's parameters. Rejects with NOT_FOUND. */
  price(task: string): Promise<{ rho: number; epsilon: number; delta: number }>;
  /**
   * Contributes to a task now (default: every open one) and answers with its entries. Rejects with CONSENT_REQUIRED,
   * BUDGET_EXCEEDED, UNAVAILABLE (no storage that lasts), EXPIRED, MISMATCH (the manifest states another rho, or
   * a smaller epsilon, than the parameters have) or NOT_FOUND. A task gets one contribution: asking again resumes or returns
   * the same entry. How many of its products are engaged, none included, makes no difference. A task of kind "mood"
   * rejects with NOT_FOUND if the viewer wrote nothing in its minute, which the room's chat shows as well, or if the
   * minute is not over; one of kind "delta" if the room has no two-tower model of its version.
   */
  contribute(task?: string): Promise<LedgerEntry[]>;
  /**
   * What contribute(task) would make now, neither stored nor paid for nor sent: no consent is needed. Each preview is
   * made anew. Rejects as contribute() does, but for CONSENT_REQUIRED and UNAVAILABLE.
   */
  preview(task: string): Promise<LedgerEntry>;
  /**
   * Deletes history and what was learned from it, of this origin, from the device, and denies consent. Contributions that
   * were never sent vanish with their cost. What was sent cannot be called back: that, its bytes and its cost stay in the
   * ledger, without the shares of a report, and it is not sent again. An entry whose first request was begun counts as sent.
   */
  forget(): Promise<void>;
}

// ----------------------------------------------------------------------------------------------------------- session

/** The part of an hls.js instance that a session reads. */
export interface ProgrammeDateSource {
  readonly playingDate: Date | null;
}

export interface Assets {
  /** core.simd.wasm or core.mvp.wasm. Default: beside the package's JavaScript, chosen by a SIMD probe. */
  wasm?: string | URL;
  /** The worker's URL, or a function that makes the worker. Default: worker.js beside the package's JavaScript. */
  worker?: string | URL | (() => Worker);
  /** The WebGL2 backend, loaded on devices with a GPU only. Default: webgl.js beside the package's JavaScript. */
  webgl?: string | URL;
  /** recommend.simd.wasm or recommend.mvp.wasm, for rooms with products. Default: beside the package's JavaScript. */
  recommendWasm?: string | URL;
  /** The recommender's script, which the worker loads for rooms with products. Default: recommend.js beside the package's. */
  recommend?: string | URL;
  /** federation.simd.wasm or federation.mvp.wasm, for contributions. Default: beside the package's JavaScript. */
  federationWasm?: string | URL;
  /** The worker of contributions, as `worker`. Default: federation-worker.js beside the package's JavaScript. */
  federation?: string | URL | (() => Worker);
  /** The comment model. Default: the manifest's model "comments", else the one in the package. */
  commentModel?: string | URL;
}

export interface LiveSessionOptions {
  video: HTMLVideoElement;
  /** A URL, or the manifest itself (an object or its JSON; relative URLs are then relative to the page). */
  manifest: string | URL | object;
  /** Default "ask": nothing is contributed until `session.consent.grant()`. */
  consent?: Consent;
  /**
   * A positioned element above the video that the overlay fills. Default: one is put beside the video.
   * null: no overlay.
   */
  overlay?: HTMLElement | null;
  overlayOptions?: OverlayOptions;
  /** Aborts create(), which then rejects with the signal's reason; afterwards it disposes the session. */
  signal?: AbortSignal;
  /** Default: warnings and errors to the console. */
  logger?: Logger;
  /**
   * Language of what the overlay itself says: a tag of Chinese or English, such as "zh", "zh-CN", "en". Default: "zh" if
   * the page's language is Chinese, else "en".
   */
  locale?: string;
  assets?: Assets;
  /** An hls.js instance, for programme time. Without one: video.getStartDate() where it exists, else currentTime. */
  hls?: ProgrammeDateSource;
  /**
   * Where history and ledger live. Default "indexeddb". Where there is none, the history is in memory, with a warning,
   * and nothing is contributed: nobody would remember the budget. "memory" accepts that budget and ledger end with the
   * page.
   */
  storage?: "indexeddb" | "memory";
  /** For everything the session requests, except the WebSocket and the worker's script. Default: the global one. */
  fetch?: typeof fetch;
  /**
   * What all contributions of this origin may cost together, in zCDP. Default rho 1, on the careful side: that is epsilon
   * 7.08 at delta 1e-5. Many rooms' tasks cost more, and are then refused: rho 2 is epsilon 10.73.
   */
  budget?: {
    rho: number;
    /** At most this for one contribution, and for all of one epoch of the tasks under split trust. Default: `rho`. */
    perContribution?: number;
    perEpoch?: number;
  };
  /**
   * "auto": with consent, contributes to each open task once, at a moment drawn at random (see `contributionDelay`),
   * whatever the viewer did with its products: that and when a device takes part then says nothing about them.
   * "manual": only by `ledger.contribute()`; the page should call it at a moment that does not depend on what the viewer
   * does with products. Default "auto".
   */
  contributions?: "auto" | "manual";
  /**
   * Seconds after consent, the session's start or a new task from which the moment of an automatic contribution is drawn
   * uniformly, 0 to 86,400. Longer: more of what the viewer does becomes part of it, but a session that ends before
   * contributes nothing. Default 300.
   */
  contributionDelay?: number;
}

export interface LiveSessionEvents {
  /** A comment arrived (or was sent) and was judged on the device. */
  comment: { readonly comment: LiveComment; readonly verdict: Verdict };
  /** Comments begin to come much faster than usual, or no longer do. */
  burst: {
    readonly began: boolean;
    /** Comments a second, at its fullest so far. */
    readonly rate: number;
    /** What rose most with it. */
    readonly keyword?: string;
  };
  /** The room's mood changed. */
  moodchange: MoodChange;
  /** Many ask the same. */
  trending: { readonly question: CommonQuestion };
  /** A comment is not shown, or not any more waited for. */
  drop: DroppedComment;
  /** The viewer clicked, tapped or pressed Enter on a comment. */
  activate: { readonly comment: LiveComment };
  /** The viewer reported a comment. What that means is the page's to decide. */
  report: { readonly comment: LiveComment };
  /** The viewer blocked a comment's author; `blockedUsers` has the name from now on. */
  block: { readonly user: string };
  /** The room did not publish the viewer's own comment, which was shown when it was sent: RATE_LIMITED or HTTP_STATUS. */
  refuse: { readonly id: string; readonly error: SottoError };
  /** A product comes on stage. `start` and `end` are seconds of programme time. */
  product: { readonly product: Product; readonly event: TimedEvent; readonly start: number; readonly end: number };
  /** The viewer activated a card: `action` "buy" for its button. Counts as a "click" engagement. */
  select: { readonly product: Product; readonly action: "open" | "buy" };
  /** The ranking changed: after an engagement, with a new model or another manifest. */
  recommendations: { readonly recommendations: readonly Recommendation[] };
  /** A model came into use. */
  model: { readonly id: string; readonly version: string };
  /** The manifest was read anew and differs. */
  manifest: { readonly manifest: Manifest };
  /** An entry was added or changed. */
  ledger: { readonly entry: LedgerEntry };
  consent: { readonly state: Consent };
  connection: { readonly state: ConnectionState };
  /** Once a second while the page is visible. */
  stats: OverlayStats;
  /** Something failed while the session goes on without it. */
  error: { readonly error: SottoError };
}

export type LiveSessionState = "running" | "disposed";
