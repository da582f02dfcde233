// The overlay's page side: its place in the document, the player's clock, the buttons over the cards, and the list.
import { SottoError } from "../errors.js";
import type {
  LiveComment,
  Locale,
  OverlayApi,
  OverlayComment,
  OverlayOptions,
  OverlayStats,
  Product,
  RecordedComment,
} from "../types.js";
import type { EngineClient } from "../worker/client.js";
import type { Reports } from "../worker/protocol.js";
import { type CardButton, CardButtons } from "./cards.js";
import { CommentList } from "./list.js";
import type { ShownCard, TimedText } from "./model.js";
import { geometryOf, type Mount, mount, watchGeometry } from "./mount.js";
import { checkOptions, styleOf } from "./options.js";
import { loadPicture } from "./picture.js";
import { watchPlayer } from "./player-clock.js";
import { Recordings } from "./recordings.js";
import { addStyles } from "./styles.js";

export interface OverlaySetup {
  video: HTMLVideoElement;
  container: HTMLElement | undefined;
  options: OverlayOptions;
  locale: Locale;
  /** Seconds of programme time. */
  programmeTime(): number;
  select(product: Product): void;
}

export const noStats: OverlayStats = {
  frames: 0,
  fps: 0,
  drawn: 0,
  dropped: 0,
  waiting: 0,
  visible: 0,
  renderer: "main",
};

export class Overlay extends Recordings implements OverlayApi {
  readonly canvas: HTMLCanvasElement;
  readonly #setup: OverlaySetup;
  readonly #mount: Mount;
  readonly #buttons: CardButtons;
  readonly #list: CommentList;
  readonly #reducedMotion: MediaQueryList;
  readonly #endings: (() => void)[] = [];
  readonly #cards = new Map<number, CardButton>();
  readonly #pictures = new Set<string>();
  #options: OverlayOptions;
  #client: EngineClient | undefined;
  #place: "worker" | "main" = "main";
  #mode: "scroll" | "list" = "scroll";
  #enabled = true;
  #stats: OverlayStats = noStats;
  #nextId = 1;

  /** Puts itself into the document. Throws INVALID_ARGUMENT for options out of range. */
  constructor(setup: OverlaySetup) {
    super();
    checkOptions(setup.options);
    this.#setup = setup;
    this.#options = setup.options;
    this.#mount = mount(setup.video, setup.container);
    const root = this.#mount.host.attachShadow({ mode: "open" });
    addStyles(root);
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("aria-hidden", "true");
    root.append(this.canvas);
    this.#buttons = new CardButtons(root, setup.select);
    this.#list = new CommentList(root, setup.locale);
    this.#reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
  }

  /** Hands the canvas to the engine and starts. */
  async start(client: EngineClient, place: "worker" | "main"): Promise<void> {
    this.#client = client;
    this.#place = place;
    const { host } = this.#mount;
    const canvas = place === "worker" ? this.canvas.transferControlToOffscreen() : undefined;
    const geometry = geometryOf(host);
    const style = styleOf(this.#options, geometry.width);
    await client.call("attachOverlay", { canvas, geometry, style }, canvas ? [canvas] : []);
    this.#endings.push(
      watchGeometry(host, () => this.#layOut()),
      watchPlayer(this.#setup.video, (reading) => client.tell("clock", reading)),
      listen(document, "visibilitychange", () => this.#tellVisible()),
      listen(this.#reducedMotion, "change", () => this.#chooseMode()),
    );
    this.#tellVisible();
    this.#chooseMode();
  }

  /** Idempotent. The document is as it was. */
  dispose(): void {
    for (const end of this.#endings.splice(0)) end();
    this.#list.setActive(false);
    this.#mount.remove();
    this.#client = undefined;
  }

  push(comment: OverlayComment): string {
    const text = this.#timed(comment);
    this.#running.tell("push", text);
    this.#list.add(text);
    return text.id;
  }

  async loadRecording(comments: readonly RecordedComment[]): Promise<void> {
    const recording = comments.map((comment) => {
      if (!(comment.at >= 0 && Number.isFinite(comment.at))) {
        throw new SottoError("INVALID_ARGUMENT", `a recorded comment enters at ${comment.at}`, {
          hint: "Seconds of media time, 0 or more.",
        });
      }
      return { ...this.#timed(comment), enters: comment.at };
    });
    await this.#running.call("loadRecording", { comments: recording });
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
    this.#running.tell("clear", null);
    this.#list.clear();
  }

  setLocale(locale: Locale): void {
    this.#list.setLocale(locale);
  }

  stats(): OverlayStats {
    return this.#stats;
  }

  /** A comment that the engine received, for the list. */
  received(comment: LiveComment): void {
    this.#list.add(comment);
  }

  noteStats(stats: Parameters<Reports["stats"]>[0]): OverlayStats {
    this.#stats = { ...stats, renderer: this.#mode === "list" ? "list" : this.#place };
    return this.#stats;
  }

  /** The cards on screen and to come; replaces what was said before. */
  setCards(cards: readonly { card: ShownCard; product: Product }[]): void {
    this.#cards.clear();
    for (const { card, product } of cards) {
      this.#cards.set(card.id, { product, title: card.title, price: card.price });
      if (card.picture) void this.#sendPicture(card.picture);
    }
    this.#buttons.rename((id) => this.#cards.get(id));
    this.#client?.tell("cards", { cards: cards.map(({ card }) => card) });
  }

  showCards({ visible }: Parameters<Reports["cards"]>[0]): void {
    this.#buttons.show(visible, (id) => this.#cards.get(id));
  }

  protected get engine(): EngineClient {
    return this.#running;
  }

  get #running(): EngineClient {
    if (this.#client) return this.#client;
    throw new SottoError("DISPOSED", "the session was disposed");
  }

  #timed({ id, text, user = "", own = false, color = "" }: OverlayComment): TimedText {
    return { id: id ?? `overlay-${this.#nextId++}`, text, user, own, color, at: this.#setup.programmeTime() };
  }

  #layOut(): void {
    const geometry = geometryOf(this.#mount.host);
    this.#running.tell("layout", { geometry, style: styleOf(this.#options, geometry.width) });
  }

  #tellVisible(): void {
    this.#client?.tell("visible", { visible: document.visibilityState === "visible" });
  }

  #chooseMode(): void {
    const { mode = "auto" } = this.#options;
    this.#mode = mode === "auto" ? (this.#reducedMotion.matches ? "list" : "scroll") : mode;
    this.#client?.tell("mode", { mode: this.#mode });
    this.#mount.host.classList.toggle("list", this.#mode === "list");
    this.#list.setActive(this.#mode === "list" && this.#enabled);
  }

  async #sendPicture(url: string): Promise<void> {
    if (this.#pictures.has(url)) return;
    this.#pictures.add(url);
    const bitmap = await loadPicture(url);
    if (bitmap) this.#client?.tell("picture", { key: url, bitmap }, [bitmap]);
  }
}

function listen(target: EventTarget, type: string, listener: () => void): () => void {
  target.addEventListener(type, listener);
  return () => target.removeEventListener(type, listener);
}
