// One live session: puts the parts together, and takes them apart again.
import { defaultCommentModel } from "../core/assets.js";
import { coreFile, fetchWasm } from "../core/fetch-wasm.js";
import { SottoError } from "../errors.js";
import { TypedEventTarget } from "../events.js";
import { ConsentSwitch } from "../federation/consent.js";
import { Contributing } from "../federation/contributing.js";
import { publicEntry } from "../federation/entry.js";
import { Ledger } from "../federation/ledger.js";
import { defaultLogger, type Logger } from "../logger.js";
import { fetchBytes } from "../net/fetch-bytes.js";
import { noStats, Overlay } from "../overlay/overlay.js";
import { Recordings } from "../overlay/recordings.js";
import { part } from "../part.js";
import { openStorage } from "../storage/open.js";
import type { Storage } from "../storage/storage.js";
import { ManifestSource } from "../stream/manifest-source.js";
import { Models } from "../stream/models.js";
import { ProgrammeClock } from "../stream/programme-clock.js";
import { type Appearance, Schedule } from "../stream/schedule.js";
import type {
  Campaign,
  CommentsApi,
  ConsentApi,
  EngagementKind,
  LedgerApi,
  LiveSessionEvents,
  LiveSessionOptions,
  LiveSessionState,
  Locale,
  Manifest,
  Offer,
  OverlayApi,
  Product,
  Recommendation,
  RecommendOptions,
  SegmentsApi,
} from "../types.js";
import type { EngineClient } from "../worker/client.js";
import { connect } from "../worker/connect.js";
import { fromWire } from "../worker/from-wire.js";
import type { Reports, WireError } from "../worker/protocol.js";
import { abortable } from "./abortable.js";
import { SessionComments } from "./comments.js";
import { localeOf, pageLocale } from "./locale.js";
import { formatPrice } from "./price.js";
import type { Recommending } from "./recommending.js";
import { refresh } from "./refresh.js";
import { asyncDisposeSymbol } from "./symbols.js";

/** As large as the core reads. */
const maxCommentModelBytes = 8 * 1024 * 1024;
/** Models of the manifest that rank. */
const roomModels = ["affinity", "two-tower", "sequence", "popularity"];
const defaultBudgetRho = 1;
const defaultContributionDelay = 300;
const longestContributionDelay = 86_400;
/** On a card's button. */
const buyWords: Record<Locale, string> = { zh: "购买", en: "Buy" };

export class LiveSession extends TypedEventTarget<LiveSessionEvents> {
  readonly #options: LiveSessionOptions;
  readonly #logger: Logger;
  #locale: Locale;
  readonly #source: ManifestSource;
  readonly #programme: ProgrammeClock;
  readonly #consent: ConsentSwitch;
  readonly #comments: SessionComments;
  readonly #ending = new AbortController();
  readonly #cleanups: (() => void)[] = [];
  #manifest: Manifest | undefined;
  #client: EngineClient | undefined;
  /** Of rooms with products. */
  #recommending: Recommending | undefined;
  #storage: Storage | undefined;
  #models: Models | undefined;
  #overlay: Overlay | undefined;
  #noOverlay: OverlayApi | undefined;
  #schedule: Schedule | undefined;
  #contributor: Contributing | undefined;
  #ledger: Ledger | undefined;
  #disposed = false;
  #listens = false;

  /**
   * Starts a session: reads the manifest, starts the worker with the core and the comment model, puts the overlay
   * over the video, and joins the room.
   *
   * Rejects with a SottoError if a part that every session needs does not work (manifest, core, comment model, an
   * option out of range), or with the signal's reason. What had been started is then taken down again.
   */
  static async create(options: LiveSessionOptions): Promise<LiveSession> {
    options.signal?.throwIfAborted();
    const session = new LiveSession(options);
    try {
      await abortable(session.#start(), options.signal);
    } catch (error) {
      await session.dispose();
      throw error;
    }
    return session;
  }

  private constructor(options: LiveSessionOptions) {
    super();
    if (!options.video) throw new SottoError("INVALID_ARGUMENT", "options.video is missing");
    this.#options = options;
    this.#logger = options.logger ?? defaultLogger;
    this.#locale = options.locale === undefined ? pageLocale() : localeOf(options.locale);
    this.#source = new ManifestSource(options.manifest, options.fetch);
    this.#programme = new ProgrammeClock(options.video, options.hls);
    this.#consent = new ConsentSwitch(options.consent ?? "ask", (state) => this.#onConsent(state));
    this.#comments = new SessionComments({
      client: () => this.#running,
      now: () => this.programmeTime ?? 0,
      state: (state) => {
        if (this.#disposed) return;
        if (state !== "open") this.#client?.tell("lost", null);
        this.emit("connection", { state });
      },
      failed: (error) => this.#fail(error),
    });
  }

  get manifest(): Manifest {
    return this.#need(this.#manifest);
  }

  get products(): readonly Product[] {
    return this.manifest.products;
  }

  get state(): LiveSessionState {
    return this.#disposed ? "disposed" : "running";
  }

  /** Seconds of programme time at the picture on screen; undefined while the player does not know. */
  get programmeTime(): number | undefined {
    return this.#programme.now();
  }

  get comments(): CommentsApi {
    return this.#comments;
  }

  /** Without an overlay (`overlay: null`) it takes comments and shows nothing. */
  get overlay(): OverlayApi {
    return (this.#overlay ?? this.#noOverlay) as OverlayApi;
  }

  get consent(): ConsentApi {
    return this.#consent;
  }

  get ledger(): LedgerApi {
    return this.#need(this.#ledger);
  }

  /**
   * What the viewer did with a product, or that the viewer wants less of it. Stays on the device. Throws NOT_FOUND for a
   * product the manifest lacks.
   */
  engage(product: string, kind: EngagementKind): void {
    this.#recommender(product).engage(product, kind);
  }

  /**
   * These products are on the viewer's screen: what is shown and not touched is learned from as well. Telling it again
   * changes nothing. Throws NOT_FOUND for a product the manifest lacks.
   */
  shown(products: readonly string[]): void {
    if (products.length > 0) this.#recommender(products[0]).shown(products);
  }

  /** Ids of the products that the viewer did more with than to look: what a contribution may encode. */
  get engaged(): ReadonlySet<string> {
    this.#need(this.#client);
    return this.#recommending?.engaged() ?? new Set();
  }

  /** The best products for this viewer, ranked on the device. Rejects if the recommender's files cannot be loaded. */
  async recommend(options?: RecommendOptions): Promise<Recommendation[]> {
    this.#need(this.#client);
    return this.#recommending?.recommend(options) ?? [];
  }

  /** The viewer's segments. Throws NOT_FOUND in a room without products. */
  get segments(): SegmentsApi {
    return this.#recommender();
  }

  /** The manifest's campaigns that are for this viewer now. */
  async campaigns(): Promise<Campaign[]> {
    this.#need(this.#client);
    return this.#recommending?.campaigns() ?? [];
  }

  /** What the room asks for products now, in place of all that was said before. */
  async setOffers(offers: readonly Offer[]): Promise<void> {
    return this.#recommender().setOffers(offers);
  }

  /** Scores of a model that the page runs itself (see `@sotto/live/onnx`), by product id; null: none. */
  async useScores(scores: Readonly<Record<string, number>> | null): Promise<void> {
    return this.#recommender().useScores(scores);
  }

  /**
   * Changes the language of what the overlay itself says: the cards, the names that screen readers read.
   * Throws INVALID_ARGUMENT for a language that is neither Chinese nor English.
   */
  setLocale(locale: string): void {
    this.#locale = localeOf(locale);
    this.#overlay?.setLocale(this.#locale);
    this.#schedule?.setManifest(this.manifest); // tells the cards anew
  }

  /** Stops everything and leaves the page as it was. Idempotent. */
  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#ending.abort(new DOMException("the session was disposed", "AbortError"));
    for (const clean of this.#cleanups.splice(0).reverse()) clean();
    this.#comments.close();
  }

  [asyncDisposeSymbol](): Promise<void> {
    return this.dispose();
  }

  async #start(): Promise<void> {
    const options = this.#options;
    const { signal, assets = {} } = options;
    // What every await below is followed by.
    const check = () => this.#ending.signal.throwIfAborted();

    const wasm = fetchWasm(coreFile, { wasm: assets.wasm, fetch: options.fetch, signal: this.#ending.signal });
    const text = this.#source.read(this.#ending.signal);
    const opening = openStorage(options.storage ?? "indexeddb", this.#logger);
    for (const each of [wasm, text, opening]) each.catch(() => {}); // the first failure is the one that is told
    void opening.then((opened) => this.#onEnd(() => opened.close()));

    this.#overlay = this.#createOverlay();
    if (!this.#overlay) {
      const { createNoOverlay } = await part(import("./no-overlay.js"));
      this.#noOverlay = createNoOverlay(Recordings, () => this.#running, noStats);
      check();
    }
    const { client, place } = await connect({
      worker: assets.worker,
      canvas: this.#overlay?.canvas,
      reports: this.#reports(),
      onCrash: (error) => this.#fail(error),
      logger: this.#logger,
    });
    this.#client = client;
    this.#onEnd(() => client.close());
    check();

    const bytes = await wasm;
    await client.call("start", { wasm: bytes }, [bytes.buffer]);
    check();
    const storage = await opening;
    this.#storage = storage;
    check();

    this.#models = new Models(
      {
        ...(assets.commentModel
          ? {}
          : { comments: (file) => client.call("loadCommentModel", { file }, [file.buffer]) }),
        ...Object.fromEntries(roomModels.map((id) => [id, (file) => this.#recommender().useModel(file)])),
      },
      options.fetch,
    );
    await this.#readManifest((await text) ?? "");
    await this.#loadCommentModel(this.#ending.signal);
    await this.#startRecommending();
    const { microRho: limitMicroRho } = await client.call("microRho", { rho: options.budget?.rho ?? defaultBudgetRho });
    this.#startFederation(client, storage, limitMicroRho);
    check();
    if (this.#overlay) await this.#overlay.start(client, place, assets.webgl);
    check();

    this.#startSchedule(client);
    if (this.#listens) client.tell("listen", null);
    this.#connect();
    void this.#useNewModels();
    if (this.#source.refreshable) void this.#keepFresh();
    this.#contributor?.begin();
    const end = () => void this.dispose();
    signal?.addEventListener("abort", end, { once: true });
    this.#onEnd(() => signal?.removeEventListener("abort", end));
  }

  /** From the first listener for "comment" on all comments are reported; before, most stay in the core. */
  protected override listened(type: keyof LiveSessionEvents): void {
    if (type !== "comment" || this.#listens) return;
    this.#listens = true;
    this.#client?.tell("listen", null);
  }

  #connect(): void {
    this.#comments.connect(this.manifest.comments);
  }

  #createOverlay(): Overlay | undefined {
    const { overlay, overlayOptions = {}, video } = this.#options;
    if (overlay === null || typeof document === "undefined") return undefined;
    const created = new Overlay({
      video,
      container: overlay,
      options: overlayOptions,
      locale: this.#locale,
      programmeTime: () => this.programmeTime ?? 0,
      select: (product, action) => {
        this.emit("select", { product, action });
        this.engage(product.id, "click");
      },
      emit: (type, detail) => this.emit(type, detail),
      failed: (error) => this.#fail(error),
    });
    this.#onEnd(() => created.dispose());
    return created;
  }

  #reports(): { [Name in keyof Reports]: Reports[Name] } {
    return {
      comments: ({ comments }) => {
        for (const each of comments) {
          this.#overlay?.received(each.comment, each.verdict);
          this.emit("comment", each);
        }
      },
      noticed: ({ events }) => {
        for (const { type, detail } of events) this.emit(type, detail);
      },
      dropped: ({ dropped }) => {
        for (const each of dropped) {
          this.#overlay?.dropped(each);
          this.emit("drop", each);
        }
      },
      refused: ({ id, error }) => this.emit("refuse", { id, error: fromWire(error) }),
      cards: (report) => this.#overlay?.showCards(report),
      stats: (stats) => this.emit("stats", this.#overlay?.noteStats(stats) ?? { ...noStats, ...stats }),
      problem: ({ error }: { error: WireError }) => this.#fail(fromWire(error)),
    };
  }

  /** Takes a manifest into use, or throws and keeps the one it had. */
  async #readManifest(text: string): Promise<void> {
    const { manifest, epoch } = await this.#running.call("readManifest", {
      text,
      base: this.#source.base,
      stream: this.#manifest?.stream,
    });
    this.#manifest = manifest;
    this.#programme.epoch = epoch;
  }

  async #loadCommentModel(signal: AbortSignal): Promise<void> {
    const { assets, fetch } = this.#options;
    const models = this.#need(this.#models);
    const named = models.wanted(this.manifest).find(({ id }) => id === "comments");
    if (named) {
      await models.use(named, signal);
      return;
    }
    const url = String(assets?.commentModel ?? defaultCommentModel());
    const { bytes } = await fetchBytes(url, {
      what: "the comment model",
      fetch,
      signal,
      maxBytes: maxCommentModelBytes,
    });
    await this.#running.call("loadCommentModel", { file: bytes }, [bytes.buffer]);
  }

  #startFederation(client: EngineClient, storage: Storage, limitMicroRho: number): void {
    this.#contributor = new Contributing({
      client,
      storage,
      limitMicroRho,
      budget: this.#options.budget,
      assets: this.#options.assets,
      wrote: () => this.#comments.own,
      programmeTime: () => this.programmeTime,
      automatic: this.#options.contributions !== "manual",
      delay: contributionDelayOf(this.#options) * 1000,
      consent: this.#consent,
      logger: this.#logger,
      fetch: this.#options.fetch,
      manifest: () => this.manifest,
      engaged: () => this.#recommending?.engaged() ?? new Set(),
      changed: (entry) => this.emit("ledger", { entry: publicEntry(entry) }),
      failed: (error) => this.#fail(error),
    });
    this.#onEnd(() => this.#contributor?.end());
    this.#ledger = new Ledger({
      client,
      storage,
      limitMicroRho,
      contributor: this.#contributor,
      forget: async () => {
        this.#consent.deny();
        this.#contributor?.stop();
        try {
          await this.#recommending?.forget(); // what it still writes comes before the end of it
        } finally {
          await storage.clear();
        }
      },
    });
  }

  #startSchedule(client: EngineClient): void {
    const { video } = this.#options;
    const schedule = new Schedule({
      programmeTime: () => this.programmeTime,
      mediaTime: () => video.currentTime,
      occurrences: (request) => client.call("occurrences", request),
      started: ({ product, event, start, end }) => this.emit("product", { product, event, start, end }),
      onStage: (product) => client.tell("stage", { product }),
      upcoming: (appearances) => this.#overlay?.setCards(this.#cardsOf(appearances)),
      failed: (error) => this.#fail(error),
    });
    this.#schedule = schedule;
    const tick = () => schedule.tick();
    video.addEventListener("seeked", tick);
    this.#onEnd(() => {
      schedule.stop();
      video.removeEventListener("seeked", tick);
    });
    schedule.setManifest(this.manifest);
  }

  #cardsOf(appearances: readonly Appearance[]) {
    if (!this.#overlay?.showsCards) return [];
    return appearances.map(({ key, product, enters, duration }) => ({
      product,
      card: {
        id: key,
        title: product.title[this.#locale],
        price: formatPrice(product.price, this.#locale),
        buy: buyWords[this.#locale],
        picture: product.image,
        enters,
        duration,
      },
    }));
  }

  #keepFresh(): Promise<void> {
    return refresh(
      {
        seconds: () => this.manifest.refresh,
        read: async (signal) => {
          const text = await this.#source.read(signal);
          if (text !== undefined) await this.#takeManifest(text);
          await this.#useNewModels();
        },
        failed: (error) => this.#fail(error),
        logger: this.#logger,
      },
      this.#ending.signal,
    );
  }

  async #takeManifest(text: string): Promise<void> {
    await this.#readManifest(text);
    this.#schedule?.setManifest(this.manifest);
    this.#connect();
    this.emit("manifest", { manifest: this.manifest });
    try {
      await this.#startRecommending();
      void this.#recommending?.announce();
    } catch (error) {
      this.#fail(error);
    }
    this.#contributor?.contributeSoon();
  }

  /** What the session can do without is an "error" event if it fails; a later refresh tries again. */
  async #useNewModels(): Promise<void> {
    const models = this.#need(this.#models);
    for (const model of models.wanted(this.manifest)) {
      try {
        const { version } = await models.use(model, this.#ending.signal);
        this.emit("model", { id: model.id, version });
        if (roomModels.includes(model.id)) await this.#recommending?.announce();
      } catch (error) {
        this.#fail(error);
      }
    }
  }

  /** Once the manifest has products. */
  async #startRecommending(): Promise<void> {
    if (this.#recommending || this.products.length === 0) return;
    const { Recommending } = await part(import("./recommending.js"));
    const recommending = await Recommending.load({
      client: this.#running,
      storage: this.#need(this.#storage),
      assets: this.#options.assets ?? {},
      fetch: this.#options.fetch,
      signal: this.#ending.signal,
      manifest: () => this.manifest,
      programmeTime: () => this.programmeTime ?? 0,
      announce: (recommendations) => this.emit("recommendations", { recommendations }),
      failed: (error) => this.#fail(error),
    });
    this.#recommending ??= recommending;
    this.#onEnd(() => recommending.stop());
    this.#recommending.ready().catch((error: unknown) => this.#fail(error));
  }

  #onConsent(state: "granted" | "denied" | "ask"): void {
    this.emit("consent", { state });
    if (state !== "granted") this.#contributor?.stop();
    else this.#contributor?.begin();
  }

  #recommender(product = ""): Recommending {
    this.#need(this.#client);
    if (this.#recommending) return this.#recommending;
    throw new SottoError(
      "NOT_FOUND",
      product ? `the manifest has no product ${product}` : "the manifest has no products",
    );
  }

  get #running(): EngineClient {
    return this.#need(this.#client);
  }

  /** The part, unless the session was disposed. */
  #need<T>(part: T | undefined): T {
    if (this.#disposed || part === undefined) {
      throw new SottoError("DISPOSED", "the session was disposed", { hint: "Create a new one." });
    }
    return part;
  }

  #onEnd(clean: () => void): void {
    if (this.#disposed) clean();
    else this.#cleanups.push(clean);
  }

  #fail(reason: unknown): void {
    if (this.#disposed || (reason as Error).name === "AbortError") return;
    const error =
      reason instanceof SottoError
        ? reason
        : new SottoError("INTERNAL", String((reason as Error).message ?? reason), { cause: reason });
    this.#logger.error(error.toString(), error.cause);
    this.emit("error", { error });
  }
}

function contributionDelayOf({ contributionDelay = defaultContributionDelay }: LiveSessionOptions): number {
  if (contributionDelay >= 0 && contributionDelay <= longestContributionDelay) return contributionDelay;
  throw new SottoError("INVALID_ARGUMENT", `contributionDelay is ${contributionDelay}`, {
    hint: `Seconds, 0 to ${longestContributionDelay}.`,
  });
}
