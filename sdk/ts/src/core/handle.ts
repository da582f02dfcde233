// Objects in WASM memory are freed by dispose(); those that somebody forgot, when the garbage collector finds them.
import { SottoError } from "../errors.js";
import { disposeSymbol } from "./symbols.js";

interface Deletable {
  delete(): void;
}

const forgotten =
  typeof FinalizationRegistry === "function" ? new FinalizationRegistry<Deletable>((raw) => raw.delete()) : undefined;

export abstract class Handle<Raw extends Deletable> {
  #raw: Raw | undefined;

  constructor(raw: Raw) {
    this.#raw = raw;
    forgotten?.register(this, raw, this);
  }

  /** Throws DISPOSED after dispose(). @internal */
  get raw(): Raw {
    if (this.#raw) return this.#raw;
    throw new SottoError("DISPOSED", "an object of the core was used after dispose()");
  }

  /** Frees its memory. A second call does nothing. */
  dispose(): void {
    if (!this.#raw) return;
    forgotten?.unregister(this);
    this.#raw.delete();
    this.#raw = undefined;
  }

  [disposeSymbol](): void {
    this.dispose();
  }
}
