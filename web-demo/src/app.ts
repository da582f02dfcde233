// Wires one live session to the page: its events to the views, the views' actions to it.

import {
  type ConnectionState,
  type Consent,
  type EngagementKind,
  type Explanation,
  type HeadName,
  type LedgerEntry,
  type LiveComment,
  LiveSession,
  type Product,
  type Recommendation,
} from "@sotto/live";
import { language, localText, onLanguage, t } from "./language.js";
import type { Page } from "./page.js";
import { bytesSent } from "./sent.js";
import { sentenceFor } from "./sentences.js";
import { forget, recall, remember } from "./store.js";
import type { Stream } from "./stream.js";
import type { Presence } from "./view/header.js";
import type { LedgerState } from "./view/ledger.js";

/** Milliseconds between two looks at what the room says. */
const kSummaryMs = 1000;

/** All contributions of this origin together, in zCDP's rho. */
const kBudgetRho = 2;

const kPresence: Record<ConnectionState, Presence> = {
  none: "open",
  connecting: "connecting",
  open: "open",
  waiting: "reconnecting",
  closed: "offline",
};

function storedConsent(): Consent {
  const stored = recall("consent");
  return stored === "granted" || stored === "denied" ? stored : "ask";
}

export interface RoomOptions {
  /** URL of the room's manifest. */
  manifest: string;
  /** Seconds after consent. */
  contributeWithin: number;
}

export class App {
  readonly session: LiveSession;
  readonly #page: Page;
  readonly #stream: Stream;
  readonly #ledger: LedgerState;
  #ranking: readonly Recommendation[] = [];
  #rankings = 0;
  /** The shelf when a new model of the room came into use, until it has ranked. */
  #beforeModel: readonly string[] | null = null;
  /** The room was reached at least once. */
  #joined = false;
  #stageTimer: ReturnType<typeof setTimeout> | undefined;

  /** Opens a room. Rejects as LiveSession.create does. */
  static async open(page: Page, stream: Stream, { manifest, contributeWithin }: RoomOptions): Promise<App> {
    const session = await LiveSession.create({
      video: page.player.video,
      manifest,
      overlay: page.player.overlay,
      overlayOptions: page.settings.now().options,
      consent: storedConsent(),
      budget: { rho: kBudgetRho },
      contributionDelay: contributeWithin,
      locale: language(),
      hls: stream.hls,
    });
    return new App(page, stream, session);
  }

  private constructor(page: Page, stream: Stream, session: LiveSession) {
    this.#page = page;
    this.#stream = stream;
    this.session = session;
    this.#ledger = {
      consent: session.consent.state,
      products: session.products,
      tasks: session.manifest.tasks,
      prices: new Map(),
      budget: null,
      entries: [],
      encoded: new Map(),
      models: new Map(session.manifest.models.filter(({ id }) => id === "comments").map((m) => [m.id, m.version])),
      change: null,
    };
    this.#listenToSession();
    this.#listenToPage();
    onLanguage(() => session.setLocale(language()));
    page.header.setTitle(session.manifest.title);
    page.header.setPresence(kPresence[session.comments.connection]);
    page.shelf.setProducts(session.products);
    page.clock.setEpoch(session.manifest.epoch);
    stream.load(session.manifest.hls);
    session.overlay.setMask(page.settings.now().mask ? page.player.captions : null);
    session.overlay.notice(t().onPicture.welcome(localText(session.manifest.title)));
    void this.#rank();
    void this.#readLedger();
    void this.#readPrices();
    void this.#followRoom();
  }

  explain(text: string, of?: { head?: HeadName; label?: string }): Promise<Explanation> {
    return this.session.comments.explain(text, of);
  }

  engage(product: Product, kind: EngagementKind): void {
    this.session.engage(product.id, kind);
  }

  #listenToSession(): void {
    const { session } = this;
    const { announcer, basket, chat, header, player, problems, pulse, settings, shelf, toast } = this.#page;
    session.addEventListener("comment", ({ detail }) => {
      chat.add(detail.comment, detail.verdict);
      player.note(player.video.currentTime);
    });
    session.addEventListener("burst", ({ detail: { began, keyword } }) => {
      pulse.setBurstKeyword(began ? keyword : undefined);
      if (began) announcer.say(keyword ? t().pulse.burstAbout(keyword) : t().pulse.burst);
    });
    session.addEventListener("moodchange", ({ detail: { from, to } }) => {
      announcer.say(to > from ? t().mood.saidRose : t().mood.saidFell);
    });
    session.addEventListener("trending", ({ detail: { question } }) =>
      announcer.say(t().pulse.saidAsked(question.text)),
    );
    session.addEventListener("refuse", ({ detail }) => chat.refuse(detail.id));
    session.addEventListener("recommendations", () => void this.#rank());
    session.addEventListener("product", ({ detail }) => this.#putOnStage(detail.product.id, detail.start, detail.end));
    session.addEventListener("select", ({ detail: { product, action } }) => {
      if (action === "buy" && basket.add(product.id)) session.engage(product.id, "cart");
      shelf.open(product);
    });
    session.addEventListener("activate", ({ detail }) => void this.#explain(detail.comment));
    session.addEventListener("report", () => toast.show(t().onPicture.reported));
    session.addEventListener("block", ({ detail }) => {
      settings.block(detail.user);
      toast.show(t().onPicture.blocked(detail.user));
    });
    session.addEventListener("model", ({ detail }) => this.#useModel(detail.id, detail.version));
    session.addEventListener("manifest", ({ detail }) => {
      this.#showLedger({ tasks: detail.manifest.tasks });
      void this.#readPrices();
    });
    session.addEventListener("ledger", ({ detail }) => void this.#noteEntry(detail.entry));
    session.addEventListener("consent", ({ detail }) => this.#showLedger({ consent: detail.state }));
    session.addEventListener("connection", ({ detail }) => {
      if (detail.state === "open") {
        this.#joined = true;
        problems.clear("UNAVAILABLE");
      }
      header.setPresence(detail.state === "connecting" && this.#joined ? "reconnecting" : kPresence[detail.state]);
    });
    session.addEventListener("error", ({ detail: { error } }) => {
      // While the room cannot be reached, the header says so; each failed request need not.
      if (error.code === "UNAVAILABLE" && session.comments.connection !== "open") return;
      problems.show({
        key: error.code,
        sentence: sentenceFor(error),
        detail: `${error.code}: ${error.message}`,
        hint: error.hint,
      });
    });
  }

  #listenToPage(): void {
    const { session } = this;
    const { basket, composer, ledger, player, problems, settings, shelf, why } = this.#page;
    composer.onSend((text, manner) => session.comments.send(text, manner));
    settings.onChange(({ options, mask }) => {
      session.overlay.configure(options);
      session.overlay.setMask(mask ? player.captions : null);
    });
    settings.onCapture(() => void this.#capture());
    const { overlay } = session;
    settings.onImport((file) => void this.#import(file));
    player.onLike(() => overlay.like({ count: 6 }));
    player.onOverlayToggle(() => {
      session.overlay.setEnabled(!session.overlay.enabled);
      return session.overlay.enabled;
    });
    player.setLive({ seek: () => this.#stream.seekToLive(), latency: () => this.#stream.latency() });
    player.screen.addEventListener("click", () => why.hide());
    this.#stream.watch(
      (detail) => problems.show({ key: "video", sentence: (texts) => texts.problem.video, detail, hint: "" }),
      () => problems.clear("video"),
    );
    ledger.onConsent((granted) => {
      remember("consent", granted ? "granted" : "denied");
      if (granted) session.consent.grant();
      else session.consent.deny();
    });
    ledger.onPreview((task) => session.ledger.preview(task));
    ledger.onForget(async () => {
      await session.ledger.forget();
      basket.empty();
      shelf.forget();
      forget("consent");
      this.#ledger.encoded = new Map();
      await Promise.all([this.#rank(), this.#readLedger()]);
    });
  }

  /** What this device made of a comment, beside the picture. */
  async #explain(comment: LiveComment): Promise<void> {
    this.#page.why.show(comment, await this.session.comments.classify(comment.text));
  }

  /** Shows what the room says, over and over while the page is looked at. */
  async #followRoom(): Promise<never> {
    const { mood, pulse, shelf } = this.#page;
    for (;;) {
      // What goes wrong, an "error" event tells; here the next look may find the session well again.
      const summary = document.hidden ? null : await this.session.comments.summary().catch(() => null);
      if (summary) {
        mood.show(summary);
        pulse.show(summary);
        shelf.setOpinions(summary.products);
      }
      await new Promise((resolve) => setTimeout(resolve, kSummaryMs));
    }
  }

  async #capture(): Promise<void> {
    const url = URL.createObjectURL(await this.session.overlay.capture());
    const link = document.createElement("a");
    link.href = url;
    link.download = `${this.session.manifest.stream}-${Math.round(this.session.programmeTime ?? 0)}s.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
    this.#page.toast.show(t().onPicture.captured);
  }

  async #import(file: File): Promise<void> {
    const { toast } = this.#page;
    try {
      const { overlay } = this.session;
      const { comments } = await overlay.importComments(file);
      const { shown, dropped } = await overlay.loadRecording(comments);
      toast.show(t().onPicture.imported(shown, dropped.length));
    } catch {
      toast.show(t().onPicture.notImported);
    }
  }

  /** Ranks anew. Of several answers on their way, only the last one asked for is shown. */
  async #rank(): Promise<void> {
    const turn = ++this.#rankings;
    const ranking = await this.session.recommend({ k: this.session.products.length });
    if (turn !== this.#rankings) return;
    this.#ranking = ranking;
    this.#page.shelf.show(ranking);
    const before = this.#beforeModel;
    this.#beforeModel = null;
    if (before) this.#showLedger({ change: { before, after: ranking.map((r) => r.product.id) } });
  }

  #useModel(id: string, version: string): void {
    if (id === "affinity") {
      this.#beforeModel ??= this.#ranking.map((r) => r.product.id);
      this.#page.shelf.setModel(version);
      void this.#rank();
    }
    this.#showLedger({ models: new Map(this.#ledger.models).set(id, version) });
  }

  async #noteEntry(entry: LedgerEntry): Promise<void> {
    const { encoded, tasks } = this.#ledger;
    const task = tasks.find((one) => one.id === entry.task);
    if (entry.state === "prepared" && task && !encoded.has(entry.id)) {
      // Of more products than a task encodes, the device picks at random: then the page does not know which.
      const { engaged } = this.session;
      const own = entry.items.filter((item) => engaged.has(item));
      if (task.trust === "local" && own.length <= task.maxItems)
        this.#ledger.encoded = new Map(encoded).set(entry.id, own);
    }
    await this.#readLedger();
  }

  async #readLedger(): Promise<void> {
    const [entries, budget] = await Promise.all([this.session.ledger.entries(), this.session.ledger.budget()]);
    this.#showLedger({ entries, budget, consent: this.session.consent.state });
  }

  /** What the tasks cost by this device's own reckoning, not by the manifest's word. */
  async #readPrices(): Promise<void> {
    const { ledger, manifest } = this.session;
    const priced = manifest.tasks.map(async ({ id }) => [id, await ledger.price(id)] as const);
    // A task that makes no sense has no price; contributing to it says why.
    const known = (await Promise.allSettled(priced)).filter((price) => price.status === "fulfilled");
    this.#showLedger({ prices: new Map(known.map(({ value }) => value)) });
  }

  #showLedger(change: Partial<LedgerState>): void {
    Object.assign(this.#ledger, change);
    this.#page.ledger.render(this.#ledger);
    this.#page.header.setBytesSent(bytesSent(this.#ledger.entries));
  }

  #putOnStage(product: string, start: number, end: number): void {
    const now = this.session.programmeTime ?? start;
    this.#page.shelf.setOnStage(product);
    clearTimeout(this.#stageTimer);
    this.#stageTimer = setTimeout(() => this.#page.shelf.setOnStage(null), Math.max(0, end - now) * 1000);
  }
}
