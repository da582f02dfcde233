// The overlay's page side: its place in the document, the player's clock, what can be pointed at, the hooks of the page,
// and the list.
import { defaultWebgl } from "../core/assets.js";
import { SottoError } from "../errors.js";
import { part } from "../part.js";
import type {
  DroppedComment,
  FilteredComment,
  LiveComment,
  LiveSessionEvents,
  Locale,
  OverlayApi,
  OverlayComment,
  OverlayMask,
  OverlayOptions,
  OverlayStats,
  Product,
  RecordedComment,
  RecordingReport,
  Rectangle,
  Verdict,
} from "../types.js";
import type { EngineClient } from "../worker/client.js";
import type { Reports } from "../worker/protocol.js";
import { type CardButton, CardButtons, type SelectAction } from "./cards.js";
import { check, type Rule } from "./check.js";
import { ask } from "./filters/ask.js";
import { Pointing } from "./interaction/pointing.js";
import { Listing } from "./listing.js";
import type { Geometry, Layout, ShownCard, TimedText } from "./model.js";
import { geometryOf, type Mount, mount, watchGeometry } from "./mount.js";
import { checkComment, checkOptions, selectionOf, styleOf } from "./options.js";
import { loadPicture } from "./picture.js";
import { watchPlayer } from "./player-clock.js";
import { Recordings } from "./recordings.js";
import { addStyles } from "./styles.js";

/** What the overlay says to the session's listeners. */
type Event = "drop" | "activate" | "report" | "block";

export interface OverlaySetup {
  video: HTMLVideoElement;
  container: HTMLElement | undefined;
  options: OverlayOptions;
  locale: Locale;
  /** Seconds of programme time. */
  programmeTime(): number;
  select(product: Product, action: SelectAction): void;
  emit<Type extends Event>(type: Type, detail: LiveSessionEvents[Type]): void;
  /** Something failed while the overlay goes on. */
  failed(error: unknown): void;
}

export const noStats: OverlayStats = {
  frames: 0,
  fps: 0,
  longestFrame: 0,
  frameTime: 0,
  drawn: 0,
  dropped: 0,
  waiting: 0,
  visible: 0,
  degraded: 0,
  renderer: "main",
  backend: "canvas2d",
};

const rectangleRules: Readonly<Record<keyof Rectangle, Rule>> = {
  x: [0, 1],
  y: [0, 1],
  width: [0, 1],
  height: [0, 1],
};
const durationRule: Readonly<Record<string, Rule>> = { duration: [0.1, 86_400] };
const givenWords = { zh: (gift: string) => `送出 ${gift}`, en: (gift: string) => `sent ${gift}` };
/** Ids of dropped comments that the list remembers: each may still be on its way here. */
const rememberedDrops = 1000;

export class Overlay extends Recordings implements OverlayApi {
  readonly canvas: HTMLCanvasElement;
  readonly #setup: OverlaySetup;
  readonly #mount: Mount;
  /** Within the safe area. */
  readonly #box = document.createElement("div");
  readonly #buttons: CardButtons;
  readonly #list: Listing;
  readonly #dress: (css: string) => () => void;
  readonly #reducedMotion: MediaQueryList;
  readonly #endings: (() => void)[] = [];
  readonly #cards = new Map<number, CardButton>();
  readonly #pictures = new Set<string>();
  readonly #dropped = new Set<string>();
  readonly #failures = new Set<string>();
  #options: OverlayOptions;
  #locale: Locale;
  #client: EngineClient | undefined;
  #pointing: Pointing | undefined;
  #endMask: (() => void) | undefined;
  #place: "worker" | "main" = "main";
  #mode: "scroll" | "list" = "scroll";
  #enabled = true;
  #stats: OverlayStats = noStats;
  #nextId = 1;

  /** Nobody is told what fails after the end. */
  readonly #fail = (error: unknown): void => {
    if (this.#client) this.#setup.failed(error);
  };

  /** Puts itself into the document. Throws INVALID_ARGUMENT for options out of range. */
  constructor(setup: OverlaySetup) {
    super();
    checkOptions(setup.options);
    this.#setup = setup;
    this.#options = setup.options;
    this.#locale = setup.locale;
    this.#mount = mount(setup.video, setup.container);
    const root = this.#mount.host.attachShadow({ mode: "open" });
    addStyles(root);
    this.#dress = (css) => addStyles(root, css);
    this.#box.className = "box";
    root.append(this.#box);
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("aria-hidden", "true");
    const cards = document.createElement("div"); // before the comments, for the Tab key
    this.#box.append(this.canvas, cards);
    this.#buttons = new CardButtons(cards, setup.select);
    this.#list = new Listing({ parent: this.#box, dress: this.#dress, failed: this.#fail }, setup.locale);
    this.#reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
    this.#keepSafe();
  }

  /** Hands the canvas to the engine and starts. */
  async start(client: EngineClient, place: "worker" | "main", webgl: string | URL = defaultWebgl()): Promise<void> {
    this.#client = client;
    this.#place = place;
    const canvas = place === "worker" ? this.canvas.transferControlToOffscreen() : undefined;
    const { backend = "auto" } = this.#options;
    await client.call(
      "attachOverlay",
      { canvas, layout: this.#layout, backend, webgl: String(webgl) },
      canvas ? [canvas] : [],
    );
    this.#endings.push(
      watchGeometry(this.#box, () => this.#layOut()),
      watchPlayer(this.#setup.video, (reading) => client.tell("clock", reading)),
      listen(document, "visibilitychange", () => this.#tellVisible()),
      listen(this.#reducedMotion, "change", () => {
        this.#layOut();
        this.#chooseMode();
      }),
    );
    this.#tellVisible();
    this.#chooseMode();
  }

  /** Idempotent. The document is as it was. */
  dispose(): void {
    for (const end of this.#endings.splice(0)) end();
    this.#endMask?.();
    this.#pointing?.dispose();
    this.#list.setActive(false);
    this.#mount.remove();
    this.#client = undefined;
  }

  push(comment: OverlayComment): string {
    const named = this.#named(comment);
    checkComment(named);
    this.#admit(this.#running, named, undefined);
    return named.id;
  }

  async loadRecording(comments: readonly RecordedComment[]): Promise<RecordingReport> {
    const dropped: DroppedComment[] = [];
    const recording = comments.flatMap((comment) => {
      const { at } = comment;
      if (!(at >= 0 && Number.isFinite(at))) {
        throw new SottoError("INVALID_ARGUMENT", `a recorded comment enters at ${at}`, {
          hint: "Seconds of media time, 0 or more.",
        });
      }
      const named = this.#named(comment);
      checkComment(named);
      const asked = this.#ask(named, undefined);
      if (asked) return { ...this.#timed(asked.comment, asked.priority), enters: at };
      dropped.push({ id: named.id, reason: "filter" });
      return [];
    });
    const report = await this.#running.call("loadRecording", { comments: recording });
    return { ...report, dropped: [...dropped, ...report.dropped] };
  }

  pin(comment: OverlayComment | null, { duration }: { duration?: number } = {}): void {
    check("pin's", durationRule, { duration });
    if (comment) checkComment(comment);
    const pinned = comment && { comment: this.#timed(this.#named(comment)), duration: duration ?? Infinity };
    this.#running.tell("pin", pinned);
    this.#list.pin(comment, duration);
  }

  notice(text: string, { duration = 5 }: { duration?: number } = {}): void {
    check("notice's", durationRule, { duration });
    this.#running.tell("notice", { text, duration });
    this.#list.add({ text, notice: true });
  }

  like({ count = 8, x = 0.92, y = 0.9 }: { count?: number; x?: number; y?: number } = {}): void {
    check("like's", { count: [1, 64, 1], x: [0, 1], y: [0, 1] }, { count, x, y });
    this.#running.tell("like", { count, x, y });
  }

  gift({ user, name, count = 1, image = "" }: Parameters<OverlayApi["gift"]>[0]): void {
    check("gift's", { count: [1, 1_000_000, 1] }, { count });
    const words = givenWords[this.#locale](name);
    if (image) void this.#sendPicture(image, false);
    this.#running.tell("gift", { user, words, count, picture: image });
    this.#list.add({ text: `${user} ${words} ×${count}`, notice: true });
  }

  setHost(host: { rectangle: Rectangle; image: ImageBitmap } | null): void {
    if (host) check("the host's", rectangleRules, host.rectangle);
    this.#running.tell("host", host, host ? [host.image] : []);
  }

  setMask(mask: OverlayMask | null): void {
    const client = this.#running;
    if (Array.isArray(mask)) for (const each of mask) check("a mask's", rectangleRules, each);
    this.#endMask?.();
    this.#endMask = undefined;
    if (mask instanceof Element) {
      this.#endMask = this.#follow(mask, (rectangles) => client.tell("mask", { rectangles }));
    } else if (mask instanceof ImageBitmap) client.tell("mask", { bitmap: mask }, [mask]);
    else client.tell("mask", mask && { rectangles: mask });
  }

  setEnabled(enabled: boolean): void {
    this.#enabled = enabled;
    this.#running.tell("enabled", { enabled });
    this.#chooseMode();
  }

  get enabled(): boolean {
    return this.#enabled;
  }

  configure(options: OverlayOptions): void {
    checkOptions(options);
    this.#options = { ...this.#options, ...options };
    this.#keepSafe();
    this.#layOut();
    this.#chooseMode();
    if (options.cards === false) this.setCards([]);
  }

  get showsCards(): boolean {
    return this.#options.cards ?? true;
  }

  async pick(x: number, y: number): Promise<LiveComment | null> {
    return (await this.#running.call("pick", { x, y })).comment ?? null;
  }

  clear(): void {
    this.#pointing?.release();
    this.#running.tell("clear", null);
    this.#list.clear();
  }

  async capture(): Promise<Blob> {
    return (await this.#running.call("capture", null)).picture;
  }

  setLocale(locale: Locale): void {
    this.#locale = locale;
    this.#list.setLocale(locale);
    this.#pointing?.setLocale(locale);
  }

  stats(): OverlayStats {
    return this.#stats;
  }

  /** A comment of the room. With hooks the engine waits for the page's word; without, it has taken the comment itself. */
  received(comment: LiveComment, verdict: Verdict): void {
    if (!comment.own && selectionOf(this.#options).asks) {
      if (this.#client) this.#admit(this.#client, comment, verdict);
    } else if (!this.#dropped.delete(comment.id)) this.#list.add(comment);
  }

  /** The engine does not show it: neither does the list, which may hear of it only later. */
  dropped({ id }: DroppedComment): void {
    if (this.#mode !== "list") return;
    this.#list.drop(id);
    this.#dropped.add(id);
    for (const oldest of this.#dropped) {
      if (this.#dropped.size <= rememberedDrops) break;
      this.#dropped.delete(oldest);
    }
  }

  noteStats(stats: Parameters<Reports["stats"]>[0]): OverlayStats {
    this.#stats = { ...stats, renderer: this.#mode === "list" ? "list" : this.#place };
    return this.#stats;
  }

  /** The cards on screen and to come; replaces what was said before. */
  setCards(cards: readonly { card: ShownCard; product: Product }[]): void {
    this.#cards.clear();
    for (const each of cards) {
      this.#cards.set(each.card.id, each);
      if (each.card.picture) void this.#sendPicture(each.card.picture, true);
    }
    this.#buttons.rename((id) => this.#cards.get(id));
    this.#client?.tell("cards", { cards: cards.map(({ card }) => card) });
  }

  showCards({ visible }: Parameters<Reports["cards"]>[0]): void {
    this.#buttons.show(visible, this.#geometry, (id) => this.#cards.get(id));
  }

  protected get engine(): EngineClient {
    return this.#running;
  }

  get #running(): EngineClient {
    if (this.#client) return this.#client;
    throw new SottoError("DISPOSED", "the session was disposed");
  }

  get #geometry(): Geometry {
    return geometryOf(this.#box, this.#options.maxPixelRatio ?? 3);
  }

  get #layout(): Layout {
    const geometry = this.#geometry;
    return {
      geometry,
      style: styleOf(this.#options, geometry.width, this.#reducedMotion.matches),
      selection: selectionOf(this.#options),
    };
  }

  #named(comment: OverlayComment): FilteredComment {
    const { id = `overlay-${this.#nextId++}`, user = "" } = comment;
    return { ...comment, id, user };
  }

  #ask(comment: FilteredComment, verdict: Verdict | undefined): ReturnType<typeof ask> {
    return ask(this.#options, comment, verdict, (error) => this.#failOnce(error));
  }

  /** Through the page's hooks to the engine and the list. */
  #admit(client: EngineClient, comment: FilteredComment, verdict: Verdict | undefined): void {
    const asked = this.#ask(comment, verdict);
    if (!asked) {
      this.#setup.emit("drop", { id: comment.id, reason: "filter" });
      return;
    }
    client.tell("push", this.#timed(asked.comment, asked.priority));
    this.#list.add(asked.comment);
  }

  #timed(comment: FilteredComment & { at?: number }, priority = 0): TimedText {
    const { id, text, user, own = false, color = "", at = this.#setup.programmeTime() } = comment;
    const { mode = "scroll", x = 0, y = 0, duration = 0, size = 1, role = "viewer", style = {}, emotes = {} } = comment;
    for (const url of Object.values(emotes)) void this.#sendPicture(url, false);
    return { id, text, user, own, color, at, mode, x, y, duration, size, role, priority, style, emotes };
  }

  /** An "error" event for each message: a hook that fails does so for every comment. */
  #failOnce(error: unknown): void {
    const message = String((error as Error | undefined)?.message ?? error);
    if (this.#failures.has(message)) return;
    this.#failures.add(message);
    this.#setup.failed(error);
  }

  #keepSafe(): void {
    for (const side of ["top", "right", "bottom", "left"] as const) {
      this.#box.style[side] = `${this.#options.safeArea?.[side] ?? 0}px`;
    }
  }

  #layOut(): void {
    this.#pointing?.release();
    this.#running.tell("layout", this.#layout);
  }

  #tellVisible(): void {
    this.#client?.tell("visible", { visible: document.visibilityState === "visible" });
  }

  #chooseMode(): void {
    const { mode = "auto", interactive = true } = this.#options;
    this.#mode = mode === "auto" ? (this.#reducedMotion.matches ? "list" : "scroll") : mode;
    this.#client?.tell("mode", { mode: this.#mode });
    this.#mount.host.classList.toggle("list", this.#mode === "list");
    this.#list.setActive(this.#mode === "list" && this.#enabled);
    const points = interactive && this.#enabled && this.#mode === "scroll";
    if (!points || !this.#client) {
      this.#pointing?.dispose();
      this.#pointing = undefined;
    } else this.#pointing ??= this.#createPointing(this.#client);
  }

  #createPointing(client: EngineClient): Pointing {
    const { video, emit } = this.#setup;
    return new Pointing(
      {
        box: this.#box,
        video,
        client,
        activate: (comment) => emit("activate", { comment }),
        report: (comment) => emit("report", { comment }),
        block: (user) => {
          this.configure({ blockedUsers: [...(this.#options.blockedUsers ?? []), user] });
          emit("block", { user });
        },
        failed: this.#fail,
        dress: this.#dress,
      },
      this.#locale,
    );
  }

  /** As follow() does, whose code is loaded first. */
  #follow(element: Element, moved: (rectangles: Rectangle[]) => void): () => void {
    let end: (() => void) | undefined;
    let ended = false;
    part(import("./mask/follow.js")).then(({ follow }) => {
      if (!ended) end = follow(this.#box, element, moved);
    }, this.#fail);
    return () => {
      ended = true;
      end?.();
    };
  }

  async #sendPicture(url: string, square: boolean): Promise<void> {
    if (this.#pictures.has(url)) return;
    this.#pictures.add(url);
    const bitmap = await loadPicture(url, square);
    if (bitmap) this.#client?.tell("picture", { key: url, bitmap }, [bitmap]);
  }
}

function listen(target: EventTarget, type: string, listener: () => void): () => void {
  target.addEventListener(type, listener);
  return () => target.removeEventListener(type, listener);
}
