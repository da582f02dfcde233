// The engine's picture: comments and cards through the planner onto a canvas, frame by frame.
import type { Core } from "../core/core.js";
import type { Planner, PlannerOptions } from "../core/planner.js";
import type { LiveComment } from "../types.js";
import { Canvas2dBackend } from "./canvas2d.js";
import { cardRectangle, drawCard, type Rectangle } from "./card.js";
import { type ClockReading, MediaClock } from "./media-clock.js";
import type { CardPicture, Geometry, RecordedText, ShownCard, TextStyle, TimedText } from "./model.js";
import type { Canvas } from "./surface.js";
import { drawText, measure, metricsOf, singleLine, type TextMetrics, type TextToDraw } from "./text.js";

/** Some browsers silently give no canvas above this many pixels. */
const mostPixels = 16_777_216;
const micros = (seconds: number) => Math.round(seconds * 1e6);
const clampTime = (seconds: number) => Math.min(Math.max(0, seconds), 30 * 24 * 3600);

interface Shown extends TextToDraw {
  comment: LiveComment;
  /** The recording's stay until it is replaced. */
  recorded: boolean;
}

export class Stage {
  readonly #planner: Planner;
  readonly #backend: Canvas2dBackend;
  readonly #clock = new MediaClock();
  readonly #shown = new Map<number, Shown>();
  readonly #cards = new Map<number, { card: ShownCard; canvas: Canvas | undefined }>();
  readonly #pictures = new Map<string, ImageBitmap>();
  #geometry: Geometry;
  #style: TextStyle;
  #metrics: TextMetrics;
  #nextId = 1;
  #recording: readonly RecordedText[] = [];
  #drawnAt = Number.NaN;
  #stale = true;

  constructor(core: Core, canvas: Canvas, geometry: Geometry, style: TextStyle) {
    this.#geometry = geometry;
    this.#style = style;
    this.#metrics = metricsOf(style, geometry.ratio);
    this.#backend = new Canvas2dBackend(canvas);
    const options = this.#plannerOptions();
    this.#planner = core.createPlanner(options);
    this.#sized(options);
  }

  dispose(): void {
    this.#planner.dispose();
    for (const bitmap of this.#pictures.values()) bitmap.close();
  }

  readClock(reading: ClockReading): void {
    this.#clock.read(reading);
  }

  /** Another size or other options: what is on screen is drawn anew. */
  setLayout(geometry: Geometry, style: TextStyle): void {
    this.#geometry = geometry;
    this.#style = style;
    this.#metrics = metricsOf(style, geometry.ratio);
    const options = this.#plannerOptions();
    this.#planner.resize(options);
    this.#sized(options);
    if (this.#recording.length > 0) this.loadRecording(this.#recording);
    for (const entry of this.#cards.values()) {
      entry.canvas = undefined;
      this.#planCard(entry.card);
    }
  }

  /** Live: enters as soon as a lane is free. `at` is the clock's own kind of time. */
  push(text: TimedText, at: number): void {
    const id = this.#nextId++;
    const shown = this.#prepare(text, false);
    this.#planner.push({ id, width: shown.width, at: this.#microsAt(at), own: text.own });
    this.#shown.set(id, shown);
    this.#stale = true;
  }

  loadRecording(comments: readonly RecordedText[]): void {
    for (const [id, { recorded }] of this.#shown) if (recorded) this.#shown.delete(id);
    this.#recording = comments;
    const planned = comments.map((comment) => {
      const id = this.#nextId++;
      const shown = this.#prepare(comment, true);
      this.#shown.set(id, shown);
      return { id, width: shown.width, at: micros(clampTime(comment.enters)), own: comment.own };
    });
    this.#planner.loadRecording(planned);
    this.#stale = true;
  }

  setCards(cards: readonly ShownCard[]): void {
    const wanted = new Map(cards.map((card) => [card.id, card]));
    for (const id of [...this.#cards.keys()]) {
      if (wanted.has(id)) continue;
      this.#planner.removeCard(id);
      this.#cards.delete(id);
    }
    for (const card of cards) {
      const known = this.#cards.get(card.id);
      if (known && known.card.enters === card.enters && known.card.duration === card.duration) {
        if (known.card.title !== card.title || known.card.price !== card.price) known.canvas = undefined;
        known.card = card;
        continue;
      }
      this.#cards.set(card.id, { card, canvas: undefined });
      this.#planCard(card);
    }
    this.#stale = true;
  }

  addPicture({ key, bitmap }: CardPicture): void {
    this.#pictures.get(key)?.close();
    this.#pictures.set(key, bitmap);
    for (const entry of this.#cards.values()) if (entry.card.picture === key) entry.canvas = undefined;
    this.#stale = true;
  }

  clear(): void {
    this.#planner.clear();
    this.#shown.clear();
    this.#recording = [];
    for (const { card } of this.#cards.values()) this.#planCard(card);
    this.#stale = true;
  }

  blank(): void {
    this.#backend.clearScreen();
    this.#stale = true;
  }

  /** Draws the frame at `at`; false if nothing changed since the last. */
  draw(at: number): boolean {
    const now = this.#microsAt(at);
    if (now === this.#drawnAt && !this.#stale) return false;
    this.#drawnAt = now;
    this.#stale = false;
    this.#backend.execute(
      this.#planner.plan(now),
      {
        comment: (context, id, x, y) => {
          const shown = this.#shown.get(id);
          if (shown) drawText(context, shown, x, y, this.#metrics.laneHeight);
        },
        card: (id) => this.#cardCanvas(id),
      },
      this.#style.opacity,
    );
    return true;
  }

  /** Public ids of comments that were dropped; those that left the screen are forgotten. */
  takeDropped(): string[] {
    const ids: string[] = [];
    for (const id of this.#planner.takeDropped()) {
      const shown = this.#shown.get(id);
      if (shown) ids.push(shown.comment.id);
      this.#shown.delete(id);
    }
    for (const id of this.#planner.takeFinished()) {
      if (!this.#shown.get(id)?.recorded) this.#shown.delete(id);
    }
    return ids;
  }

  /** Cards on screen at `at`, CSS pixels. */
  visibleCards(at: number): { id: number; x: number; y: number; width: number; height: number }[] {
    const now = clampTime(this.#clock.now(at));
    const place = cardRectangle(this.#geometry);
    return [...this.#cards.values()]
      .filter(({ card }) => card.enters <= now && now < card.enters + card.duration)
      .map(({ card }) => ({ id: card.id, ...place }));
  }

  pick(x: number, y: number): LiveComment | undefined {
    const { ratio } = this.#geometry;
    const id = this.#planner.pick(Math.round(x * ratio), Math.round(y * ratio));
    return id === undefined ? undefined : this.#shown.get(id)?.comment;
  }

  stats(): { drawn: number; dropped: number; waiting: number; visible: number } {
    const { admitted, dropped, waiting, visible } = this.#planner.stats();
    return { drawn: admitted, dropped, waiting, visible };
  }

  get moving(): boolean {
    return this.#clock.running;
  }

  #microsAt(at: number): number {
    return micros(clampTime(this.#clock.now(at)));
  }

  #prepare(text: TimedText, recorded: boolean): Shown {
    const line = singleLine(text.text);
    return {
      comment: { id: text.id, at: text.at, user: text.user, text: text.text, own: text.own },
      text: line,
      color: text.color || (text.own ? this.#style.ownColor : this.#style.color),
      own: text.own,
      metrics: this.#metrics,
      width: measure(this.#backend.textContext, this.#metrics, line),
      recorded,
    };
  }

  #plannerOptions(): PlannerOptions {
    const { width, height, ratio } = this.#geometry;
    const { crossing, area, patience } = this.#style;
    const pixels = (css: number) => Math.max(1, Math.min(16_384, Math.round(css * ratio)));
    const { laneHeight, fontPixels } = this.#metrics;
    const lanes = Math.max(1, Math.floor((pixels(height) * area) / laneHeight));
    const widest = Math.floor(mostPixels / (lanes * laneHeight)) - pixels(width);
    return {
      width: pixels(width),
      height: pixels(height),
      laneHeight: Math.min(1024, laneHeight),
      top: Math.min(pixels(height), Math.round(fontPixels / 4)),
      lanes,
      maxCommentWidth: Math.max(64, Math.min(8192, widest, Math.max(2048, pixels(width)))),
      gap: fontPixels,
      crossing: micros(crossing),
      patience: micros(patience),
    };
  }

  #sized({ width, height }: PlannerOptions): void {
    const { stripWidth, stripHeight } = this.#planner;
    this.#backend.resize({ width, height, stripWidth, stripHeight });
    this.#stale = true;
  }

  #cardPlace(): Rectangle {
    return cardRectangle(this.#geometry);
  }

  #planCard(card: ShownCard): void {
    const place = this.#cardPlace();
    const pixels = (css: number) => Math.round(css * this.#geometry.ratio);
    this.#planner.addCard({
      id: card.id,
      at: micros(clampTime(card.enters)),
      duration: micros(card.duration),
      x: pixels(place.x),
      y: pixels(place.y),
      width: pixels(place.width),
      height: pixels(place.height),
    });
  }

  #cardCanvas(id: number): Canvas | undefined {
    const entry = this.#cards.get(id);
    if (!entry) return undefined;
    const { card } = entry;
    entry.canvas ??= drawCard(
      card,
      this.#cardPlace(),
      this.#geometry.ratio,
      this.#style.fontFamily,
      this.#pictures.get(card.picture),
    );
    return entry.canvas;
  }
}
