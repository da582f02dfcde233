// <live-overlay>: a video in its slot becomes a live session. Importing this file defines it where there is a DOM.
import { SottoError } from "../errors.js";
import { LiveSession } from "../session/session.js";
import type { Consent, LiveSessionOptions, OverlayOptions } from "../types.js";

export type ElementOptions = Omit<LiveSessionOptions, "video" | "manifest" | "overlay">;

/** The element's interface; the class exists only where HTMLElement does. */
export interface LiveOverlayElement extends HTMLElement {
  /** undefined before it has started and after it was taken off the page. */
  readonly session: LiveSession | undefined;
  /** Everything else that LiveSession.create() takes, such as `hls`. Setting it starts a new session. */
  options: ElementOptions;
}

/** Attributes that are options of the overlay, and which. */
const overlayAttributes = {
  density: "density",
  speed: "speed",
  mode: "mode",
  opacity: "opacity",
  area: "area",
  "font-size": "fontSize",
} as const satisfies Record<string, keyof OverlayOptions>;
const attributes = Object.keys(overlayAttributes);

const define = () => {
  /**
   * Attributes: `manifest` (URL; required), `consent` ("granted", "denied", "ask"; a change grants or denies), `locale`
   * ("zh", "en-GB", ...), and of the overlay's options `density`, `speed`, `mode`, `opacity`, `area` and `font-size`,
   * which go before those of `options.overlayOptions` and can be changed at any time.
   * Events: "session" (detail: the LiveSession, once it runs), "error" (detail: why it does not).
   */
  class LiveOverlay extends HTMLElement implements LiveOverlayElement {
    static readonly observedAttributes = ["manifest", "consent", ...attributes];
    readonly #container = document.createElement("div");
    #options: ElementOptions = {};
    #session: LiveSession | undefined;
    #starting: AbortController | undefined;

    constructor() {
      super();
      const root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(
        ":host { display: block; position: relative; } div { position: absolute; inset: 0; pointer-events: none; }",
      );
      root.adoptedStyleSheets = [sheet];
      root.append(document.createElement("slot"), this.#container);
      // Set before this class was defined: then it is a plain property that hides the accessor.
      const early = Object.getOwnPropertyDescriptor(this, "options")?.value;
      if (!early) return;
      Reflect.deleteProperty(this, "options");
      this.#options = early;
    }

    get options(): ElementOptions {
      return this.#options;
    }

    set options(options: ElementOptions) {
      this.#options = options;
      if (this.isConnected) this.#restart();
    }

    get session(): LiveSession | undefined {
      return this.#session;
    }

    connectedCallback(): void {
      this.#restart();
    }

    disconnectedCallback(): void {
      this.#stop();
    }

    attributeChangedCallback(name: string, before: string | null, after: string | null): void {
      if (!this.isConnected || before === after) return;
      if (name === "manifest") this.#restart();
      else if (name === "consent") this.#applyConsent();
      else this.#applyOverlayOption(name);
    }

    #applyOverlayOption(name: string): void {
      try {
        this.#session?.overlay.configure(this.#optionOf(name));
      } catch (error) {
        this.#fail(error);
      }
    }

    /** What an attribute says, or without it `options`, or (undefined) the default. The overlay checks it. */
    #optionOf(name: string): OverlayOptions {
      const option = overlayAttributes[name as keyof typeof overlayAttributes];
      const text = this.getAttribute(name);
      const given = Number.isNaN(Number(text)) ? text : Number(text);
      return { [option]: text === null ? this.#options.overlayOptions?.[option] : given };
    }

    get #fromAttributes(): OverlayOptions {
      return Object.assign({}, ...attributes.map((name) => this.#optionOf(name)));
    }

    #fail(error: unknown): void {
      this.dispatchEvent(new CustomEvent("error", { detail: error }));
      (this.#options.logger ?? console).error(String(error));
    }

    #applyConsent(): void {
      if (this.getAttribute("consent") === "granted") this.#session?.consent.grant();
      else this.#session?.consent.deny();
    }

    #stop(): void {
      this.#starting?.abort();
      this.#starting = undefined;
      void this.#session?.dispose();
      this.#session = undefined;
    }

    /** In a task of its own, so that children and options that come right after are there. */
    #restart(): void {
      this.#stop();
      const starting = new AbortController();
      this.#starting = starting;
      setTimeout(() => void this.#start(starting.signal));
    }

    async #start(signal: AbortSignal): Promise<void> {
      if (signal.aborted) return;
      try {
        const manifest = this.getAttribute("manifest");
        const video = this.querySelector("video");
        if (!manifest || !video) {
          throw new SottoError(
            "INVALID_ARGUMENT",
            `<live-overlay> has no ${manifest ? "<video>" : "manifest attribute"}`,
            {
              hint: '<live-overlay manifest="/v1/streams/room/manifest.json"><video></video></live-overlay>',
            },
          );
        }
        const consent = this.getAttribute("consent") as Consent | null;
        const locale = this.getAttribute("locale");
        const session = await LiveSession.create({
          ...(consent && { consent }),
          ...(locale && { locale }),
          ...this.#options,
          overlayOptions: { ...this.#options.overlayOptions, ...this.#fromAttributes },
          video,
          manifest,
          overlay: this.#container,
          signal,
        });
        this.#session = session;
        if (this.getAttribute("consent") !== consent) this.#applyConsent(); // it changed meanwhile
        session.overlay.configure(this.#fromAttributes); // so may these have
        this.dispatchEvent(new CustomEvent("session", { detail: session }));
      } catch (error) {
        if (!signal.aborted) this.#fail(error);
      }
    }
  }
  customElements.define("live-overlay", LiveOverlay);
};

/** Defines <live-overlay>; does nothing where there is no DOM, or a second time. */
export function defineLiveOverlay(): void {
  if (typeof customElements !== "undefined" && !customElements.get("live-overlay")) define();
}

defineLiveOverlay();

declare global {
  interface HTMLElementTagNameMap {
    "live-overlay": LiveOverlayElement;
  }
}
