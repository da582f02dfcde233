// Wires one live session to the page.

import {
  type Consent,
  type EngagementKind,
  type LedgerEntry,
  LiveSession,
  type Product,
  type Recommendation,
  SottoError,
} from "@sotto/live";
import { language, t } from "./language.js";
import type { Page } from "./page.js";
import { forget, recall, remember } from "./store.js";
import type { Stream } from "./stream.js";
import type { Texts } from "./texts.js";
import type { LedgerState } from "./view/ledger.js";

/** All contributions of this origin together, in zCDP's rho. */
const kBudgetRho = 2;

export class App {
  readonly #page: Page;
  readonly #stream: Stream;
  readonly #session: LiveSession;
  readonly #ledger: LedgerState;
  #ranking: readonly string[] = [];
  /** The shelf when a new model of the room came into use, until it has ranked. */
  #rankingBeforeModel: readonly string[] | null = null;
  #stageTimer: ReturnType<typeof setTimeout> | undefined;

  /** Opens the room of `manifest`. Rejects as LiveSession.create does. */
  static async open(page: Page, stream: Stream, manifest: string): Promise<App> {
    const session = await LiveSession.create({
      video: page.player.video,
      manifest,
      overlay: page.player.overlay,
      overlayOptions: page.settings.options(),
      consent: storedConsent(),
      budget: { rho: kBudgetRho },
      locale: language(),
      hls: stream.hls,
    });
    const app = new App(page, stream, session);
    await app.#begin();
    return app;
  }

  private constructor(page: Page, stream: Stream, session: LiveSession) {
    this.#page = page;
    this.#stream = stream;
    this.#session = session;
    this.#ledger = {
      consent: session.consent.state,
      products: session.products,
      tasks: session.manifest.tasks,
      engaged: new Set(),
      budget: null,
      entries: [],
      encoded: new Map(),
      models: new Map(),
      change: null,
    };
  }

  get session(): LiveSession {
    return this.#session;
  }

  explain(text: string) {
    return this.#session.comments.explain(text);
  }

  engage(product: Product, kind: EngagementKind): void {
    this.#session.engage(product.id, kind);
  }

  async #begin(): Promise<void> {
    const { header, shelf } = this.#page;
    this.#listen();
    this.#connectPage();
    header.setTitle(this.#session.manifest.title);
    shelf.setProducts(this.#session.products);
    this.#stream.load(this.#session.manifest.hls);
    this.#rank(await this.#session.recommend({ k: this.#session.products.length }));
    await this.#readLedger();
  }

  #listen(): void {
    const session = this.#session;
    const { chat, mood, header } = this.#page;
    session.addEventListener("comment", ({ detail }) => {
      chat.add(detail.comment, detail.sentiment);
      mood.add(detail.sentiment);
    });
    session.addEventListener("recommendations", ({ detail }) => void this.#rankAll(detail.recommendations));
  }
}
