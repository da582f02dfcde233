import type { Consent, ConsentApi } from "../types.js";

export class ConsentSwitch implements ConsentApi {
  readonly #changed: (state: Consent) => void;
  #state: Consent;

  constructor(state: Consent, changed: (state: Consent) => void) {
    this.#state = state;
    this.#changed = changed;
  }

  get state(): Consent {
    return this.#state;
  }

  grant(): void {
    this.#set("granted");
  }

  deny(): void {
    this.#set("denied");
  }

  #set(state: Consent): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#changed(state);
  }
}
