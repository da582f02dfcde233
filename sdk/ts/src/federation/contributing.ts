// The contributor, whose code is loaded when it is first needed: with consent, or when the page asks. A page whose
// viewers did not agree never downloads what sends.
import { part } from "../part.js";
import type { LedgerApi } from "../types.js";
import type { Contributor, ContributorParts } from "./contributor.js";
import { publicEntry } from "./entry.js";

export class Contributing {
  readonly #parts: ContributorParts;
  #loading: Promise<Contributor> | undefined;
  #loaded: Contributor | undefined;
  #ended = false;

  constructor(parts: ContributorParts) {
    this.#parts = parts;
  }

  contribute: LedgerApi["contribute"] = async (task) => (await (await this.#load()).contribute(task)).map(publicEntry);
  preview: LedgerApi["preview"] = async (task) => (await this.#load()).preview(task);
  price: LedgerApi["price"] = async (task) => (await this.#load()).price(task);

  /** Of a session or of consent: what was left unfinished, and what is due. Nothing without consent. */
  begin(): void {
    this.#withConsent((contributor) => contributor.begin());
  }

  contributeSoon(): void {
    this.#withConsent((contributor) => void contributor.contributeSoon());
  }

  /** Stops what is on its way. */
  stop(): void {
    this.#loaded?.stop();
  }

  /** Stops for good. */
  end(): void {
    this.#ended = true;
    this.#loaded?.end();
  }

  /** Consent may be withdrawn while the code is on its way; the contributor itself looks again. */
  #withConsent(act: (contributor: Contributor) => void): void {
    if (this.#ended || this.#parts.consent.state !== "granted") return;
    this.#load().then(act, this.#parts.failed);
  }

  #load(): Promise<Contributor> {
    this.#loading ??= part(import("./contributor.js")).then(
      ({ Contributor }) => {
        this.#loaded = new Contributor(this.#parts);
        if (this.#ended) this.#loaded.end();
        return this.#loaded;
      },
      (error) => {
        this.#loading = undefined; // a later need tries again
        throw error;
      },
    );
    return this.#loading;
  }
}
