// What comes on stage and when: asks the core for the occurrences around now, once a second, and tells who must know.
import type { Manifest, Product, TimedEvent } from "../types.js";
import type { EventOccurrence } from "../worker/protocol.js";

export interface Appearance {
  /** Unique for each occurrence in a session. */
  key: number;
  product: Product;
  event: TimedEvent;
  /** Seconds of programme time. */
  start: number;
  end: number;
  /** Seconds of media time at which it starts, 0 or more, and how long it lasts from then. */
  enters: number;
  duration: number;
}

export interface ScheduleParts {
  /** Seconds; undefined while nobody knows. */
  programmeTime(): number | undefined;
  mediaTime(): number;
  occurrences(request: { from: number; to: number; limit: number }): Promise<EventOccurrence[]>;
  /** A product comes on stage now. */
  started(appearance: Appearance): void;
  /** The id of the product on stage, the last that came; "" if there is none. Told when it changes. */
  onStage(product: string): void;
  /** Everything on stage or soon to be, whenever that changed. */
  upcoming(appearances: readonly Appearance[]): void;
  failed(error: unknown): void;
}

const tickMs = 1000;
/** Seconds that are planned ahead, so that cards keep their time while the page is busy. */
const ahead = 30;
const most = 16;
/** Seconds by which the player's two clocks may drift before the cards are planned anew. */
const tolerance = 0.25;

export class Schedule {
  readonly #parts: ScheduleParts;
  readonly #keys = new Map<string, number>();
  readonly #started = new Set<number>();
  #manifest: Manifest | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #offset = Number.NaN;
  #told = "";
  #product = "";
  #asking = false;

  constructor(parts: ScheduleParts) {
    this.#parts = parts;
  }

  setManifest(manifest: Manifest): void {
    this.#manifest = manifest;
    this.#told = "";
    this.#timer ??= setInterval(() => void this.tick(), tickMs);
    void this.tick();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#manifest = undefined;
  }

  async tick(): Promise<void> {
    const now = this.#parts.programmeTime();
    if (!this.#manifest || now === undefined || this.#asking) return;
    const offset = now - this.#parts.mediaTime();
    if (!(Math.abs(offset - this.#offset) <= tolerance)) this.#offset = offset;
    this.#asking = true;
    try {
      const occurrences = await this.#parts.occurrences({ from: now, to: now + ahead, limit: most });
      if (this.#manifest) this.#tell(this.#manifest, occurrences, now);
    } catch (error) {
      if (this.#manifest) this.#parts.failed(error);
    } finally {
      this.#asking = false;
    }
  }

  #tell(manifest: Manifest, occurrences: readonly EventOccurrence[], now: number): void {
    const appearances = occurrences.flatMap((occurrence) => this.#appearance(manifest, occurrence) ?? []);
    const told = appearances.map(({ key, enters, duration }) => `${key} ${enters} ${duration}`).join();
    if (told !== this.#told) {
      this.#told = told;
      this.#parts.upcoming(appearances);
    }
    const product = appearances.filter(({ start }) => start <= now).at(-1)?.product.id ?? "";
    if (product !== this.#product) this.#parts.onStage(product);
    this.#product = product;
    for (const appearance of appearances) {
      const onStage = appearance.start <= now;
      if (onStage && !this.#started.has(appearance.key)) this.#parts.started(appearance);
      if (onStage) this.#started.add(appearance.key);
      else this.#started.delete(appearance.key); // after a seek back it starts again
    }
  }

  #appearance(manifest: Manifest, occurrence: EventOccurrence): Appearance | undefined {
    const { repetition, start, end } = occurrence;
    const event = manifest.events.find(({ id }) => id === occurrence.event);
    if (event?.type !== "product") return undefined;
    const product = manifest.products.find(({ id }) => id === event.product);
    if (!product) return undefined;
    const name = `${event.id} ${repetition}`;
    const key = this.#keys.get(name) ?? this.#keys.size + 1;
    this.#keys.set(name, key);
    const enters = Math.max(0, start - this.#offset);
    return { key, product, event, start, end, enters, duration: Math.max(0.001, end - this.#offset - enters) };
  }
}
