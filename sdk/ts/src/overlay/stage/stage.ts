// The engine's picture: comments, panels and effects through the planner onto a canvas, frame by frame.
import type { Core } from "../../core/core.js";
import { Mode, Op, type Planner, type PlannerComment } from "../../core/planner.js";
import { SottoError } from "../../errors.js";
import type { DroppedComment, DropReason, LiveComment, RecordingReport } from "../../types.js";
import type { PlacedComment } from "../../worker/protocol.js";
import type { Backend, Painter, Sprite } from "../backends/backend.js";
import { chain, type Filter } from "../filters/chain.js";
import { Merger } from "../filters/merge.js";
import { badgeRoom, drawText } from "../layers/comment.js";
import { drawEffect, effectPictures } from "../layers/effect.js";
import { panelScale } from "../layers/placement.js";
import type {
  Geometry,
  HostPicture,
  KeyedPicture,
  Layout,
  Mask,
  RecordedText,
  Selection,
  TimedText,
} from "../model.js";
import { contextOf, createCanvas } from "../surface.js";
import { countAt, type Known, Look, liveComment } from "./known.js";
import { type ClockReading, MediaClock } from "./media-clock.js";
import { Panels } from "./panels.js";
import { mostRatio, plannerOptions } from "./planner-options.js";
import { RasterPace } from "./raster-pace.js";
import { micros } from "./units.js";

const reasons: Record<number, DropReason> = { 1: "no-lane", 2: "full", 3: "frame-budget" };
/** Comments of a recording that are measured before other messages get their turn. */
const measuredAtOnce = 5000;

const superseded = () => new SottoError("UNAVAILABLE", "another recording was loaded before this one was");

/** What decides which comments of a recording are shown, and how wide they are in proportion to their size. */
const arranges = ({ selection, style }: Layout): string =>
  JSON.stringify([selection, style.fontFamily, style.fontWeight, style.outline / style.fontSize, style.shadow]);

/** Words as they count when comments are joined: repeats, case, width and spaces make no difference. */
const words = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\s+/g, "")
    .replace(/(.)\1+/gsu, "$1");

export class Stage {
  readonly panels: Panels;
  readonly #core: Core;
  readonly #planner: Planner;
  readonly #backend: Backend;
  readonly #clock = new MediaClock();
  readonly #look: Look;
  /** Font pixels that the planner's widths are in. */
  readonly #unit: number;
  /** Live comments, and those of the recording that were drawn; by the planner's numbers. */
  readonly #known = new Map<number, Known>();
  /** The planner's numbers of live comments, by their ids: to count at. */
  readonly #numbers = new Map<string, number>();
  readonly #pictures = new Map<string, ImageBitmap>();
  readonly #effects = new Map<number, Sprite>();
  #recording: readonly RecordedText[] = [];
  /** What of it is shown; the planner's numbers count up from #firstRecorded. */
  #kept: readonly RecordedText[] = [];
  #firstRecorded = 0;
  #counts = new Map<string, { at: number; count: number }[]>();
  #layout: Layout;
  #filter: Filter = () => undefined;
  #merger: Merger;
  #level = 0;
  readonly #pace = new RasterPace();
  #rasters = 0;
  /** What the planner was told: calls into the core make objects, and most frames change neither. */
  #rasterLimit = 0;
  #stillTop = 0;
  #reverse = false;
  #next = 1;
  #version = 0;
  #host: Sprite | undefined;
  #hostPlace: HostPicture["rectangle"] | undefined;
  #mask: Mask | undefined;
  #dropped: DroppedComment[] = [];
  #now = 0;
  #drawnAt = Number.NaN;
  #stale = true;

  constructor(core: Core, backend: Backend, layout: Layout) {
    this.#core = core;
    this.#layout = layout;
    this.#look = new Look(layout.geometry, layout.style);
    this.#unit = this.#look.metrics.fontPixels;
    this.#backend = backend;
    this.#planner = core.createPlanner(this.#options());
    this.panels = new Panels(
      this.#planner,
      layout.geometry,
      (key) => this.#pictures.get(key),
      () => this.#look.style.fontFamily,
    );
    this.#merger = new Merger(words, layout.selection.merge);
    this.#select(layout.selection);
    this.#sized();
  }

  dispose(): void {
    this.setHost(null); // while there is a planner to tell
    this.#planner.dispose();
    this.#backend.dispose();
    for (const bitmap of [...this.#pictures.values(), this.#mask?.bitmap]) bitmap?.close();
  }

  get backend(): Backend["kind"] {
    return this.#backend.kind;
  }

  get moving(): boolean {
    return this.#clock.running;
  }

  readClock(reading: ClockReading): void {
    this.#clock.read(reading);
  }

  /** Another size or other options: what is on screen stays in its place and is drawn anew. */
  setLayout(layout: Layout): void {
    const before = arranges(this.#layout);
    const { merge } = layout.selection;
    if (merge !== this.#layout.selection.merge) this.#merger = new Merger(words, merge);
    this.#layout = layout;
    this.#select(layout.selection);
    this.#lay();
    if (this.#recording.length === 0 || arranges(layout) === before) return;
    this.loadRecording(this.#recording).catch(() => {}); // only another one goes before it
  }

  /** What the frame budget asks for: see OverlayStats.degraded. */
  setLevel(level: number): void {
    const before = this.#level;
    if (level === before) return;
    this.#level = level;
    this.#planner.setEntryLimit(level === 0 ? 0 : Math.max(2, Math.floor(this.#planner.lanes / 2)));
    if (level === 3 || before === 3) this.#lay();
  }

  /** Why the viewer does not want to see it; undefined if nothing is against it. */
  refuses(text: TimedText): DropReason | undefined {
    return this.#filter(text);
  }

  /** Live: enters as soon as a lane is free. `at` is the clock's own kind of time. */
  push(text: TimedText, at: number): void {
    const reason = this.#enter(text, this.#clock.now(at));
    if (reason) this.#drop(text.id, reason);
    this.#stale = true;
  }

  /** Measures in slices, so that frames go on. A later call goes before one that is not finished. */
  async loadRecording(comments: readonly RecordedText[]): Promise<RecordingReport> {
    this.#recording = comments;
    const dropped: DroppedComment[] = [];
    const sorted = [...comments].sort((a, b) => a.enters - b.enters);
    const passed = sorted.filter((comment) => {
      const reason = this.#filter(comment);
      if (reason) dropped.push({ id: comment.id, reason });
      return !reason;
    });
    const { kept, changes, merged } = this.#merger.recorded(passed);
    for (const id of merged) dropped.push({ id, reason: "merged" });
    const first = this.#next;
    this.#next += kept.length;
    const planned: PlannerComment[] = [];
    for (const [index, comment] of kept.entries()) {
      if (index % measuredAtOnce === measuredAtOnce - 1) {
        await new Promise((resolve) => setTimeout(resolve));
        if (this.#recording !== comments) throw superseded();
      }
      planned.push(this.#planned(first + index, this.#know(comment), micros(comment.enters)));
    }
    if (kept.some(({ mode }) => mode === "reverse")) this.#useReverse();
    this.#planner.loadRecording(planned);
    for (const number of this.#known.keys()) if (this.#isRecorded(number)) this.#known.delete(number);
    this.#kept = kept;
    this.#firstRecorded = first;
    this.#counts = new Map();
    const numbers = new Map(kept.map(({ id }, index) => [id, first + index]));
    for (const { id, at, count } of changes) {
      const counts = this.#counts.get(id);
      if (counts) counts.push({ at, count });
      else this.#counts.set(id, [{ at, count }]);
    }
    this.#planner.setChanges(changes.map(({ id, at }) => ({ id: numbers.get(id) as number, at: micros(at) })));
    this.#stale = true;
    const without = this.#planner.recordingDropped();
    for (const { id, reason } of without) {
      dropped.push({ id: (kept[id - first] as RecordedText).id, reason: reasons[reason] as DropReason });
    }
    return { shown: kept.length - without.length, dropped };
  }

  /** `count` hearts from a point (shares of the overlay's size). */
  like({ count, x, y }: { count: number; x: number; y: number }, at: number): void {
    if (!this.#look.style.effects || this.#level >= 2) return;
    const { geometry } = this.#look;
    this.#planner.addBurst({
      seed: Math.imul(this.#next++, 2654435761) >>> 0,
      at: micros(this.#clock.now(at)),
      x: Math.round(x * geometry.width * geometry.ratio),
      y: Math.round(y * geometry.height * geometry.ratio),
      count,
      size: this.#effectSize(),
      rise: Math.max(1, Math.round(geometry.height * geometry.ratio * 0.45)),
      pictures: effectPictures,
      firstPicture: 0,
    });
    this.#stale = true;
  }

  addPicture({ key, bitmap }: KeyedPicture): void {
    this.#pictures.get(key)?.close();
    this.#pictures.set(key, bitmap);
    this.panels.pictureCame();
    for (const [number, known] of this.#known) {
      if (!Object.values(known.text.emotes).includes(key)) continue;
      known.sprite = undefined;
      this.#planner.redraw(number);
    }
    this.#stale = true;
  }

  setHost(host: HostPicture | null): void {
    (this.#host?.image as ImageBitmap | undefined)?.close();
    this.#host = host ? { image: host.image, version: ++this.#version } : undefined;
    this.#hostPlace = host?.rectangle;
    this.#placeHost();
  }

  setMask(mask: Mask | null): void {
    this.#mask?.bitmap?.close();
    this.#mask = mask ?? undefined;
    this.#planner.setMask(mask !== null);
    this.#stale = true;
  }

  clear(): void {
    this.#planner.clear();
    this.#known.clear();
    this.#numbers.clear();
    this.#merger.clear();
    this.#recording = this.#kept = [];
    this.panels.clear();
    this.#stale = true;
  }

  blank(): void {
    this.#backend.clearScreen();
    this.#stale = true;
  }

  /** Draws the frame at `at`; false if nothing changed since the last. */
  draw(at: number): boolean {
    const seconds = Math.max(0, this.#clock.now(at));
    const now = micros(seconds);
    if (now === this.#drawnAt && !this.#stale) return false;
    this.#now = seconds;
    this.#drawnAt = now;
    this.#stale = false;
    this.#rasters = 0;
    const stillTop = Math.round(this.panels.takenAbove(seconds) * this.#ratio);
    if (stillTop !== this.#stillTop) this.#planner.setStillTop(stillTop);
    this.#stillTop = stillTop;
    if (this.#pace.limit !== this.#rasterLimit) this.#planner.setRasterLimit(this.#pace.limit);
    this.#rasterLimit = this.#pace.limit;
    this.#backend.execute(this.#planner.plan(now), this.#painter, this.#look.style.opacity, this.#mask);
    this.#stale = !this.#planner.settled;
    return true;
  }

  /** The frame after the last one came so late; see RasterPace. */
  noteFrame(late: boolean): void {
    this.#pace.note(this.#rasters, late);
  }

  /** A PNG of the frame at `at`, with all that it takes to be drawn. */
  capture(at: number): Promise<Blob> {
    do {
      this.#stale = true;
      this.draw(at);
    } while (this.#stale);
    return this.#backend.capture();
  }

  /** Comments that were dropped since the last call; those that left the screen are forgotten. */
  takeDropped(): DroppedComment[] {
    for (const { id, reason } of this.#planner.takeDropped()) {
      const known = this.#forget(id);
      if (!known) continue;
      this.#merger.forget(known.text.id);
      this.#drop(known.text.id, reasons[reason] as DropReason);
    }
    for (const id of this.#planner.takeFinished()) this.#forget(id);
    const dropped = this.#dropped;
    if (dropped.length > 0) this.#dropped = [];
    return dropped;
  }

  pick(x: number, y: number): LiveComment | undefined {
    const number = this.#pick(x, y);
    const text = number === undefined ? undefined : this.#textOf(number);
    return text && liveComment(text);
  }

  /** In view at the last drawn time, CSS pixels. */
  visibleComments(): PlacedComment[] {
    const fields = this.#planner.visibleComments();
    const { width } = this.#look.geometry;
    const placed: PlacedComment[] = [];
    for (let i = 0; i < fields.length; i += 5) {
      const text = this.#textOf((fields[i] as number) >>> 0);
      const [x = 0, y = 0, w = 0, h = 0] = Array.from(fields.subarray(i + 1, i + 5), (n) => n / this.#ratio);
      if (text && x < width) placed.push({ comment: liveComment(text), x, y, width: w, height: h });
    }
    return placed;
  }

  /** By id, or by a point in CSS pixels. */
  hold(wanted: { id?: string; x?: number; y?: number } | null): PlacedComment | undefined {
    this.#stale = true;
    const number =
      wanted && (wanted.id === undefined ? this.#pick(wanted.x ?? 0, wanted.y ?? 0) : this.#numberOf(wanted.id));
    if (number === undefined || number === null || !this.#planner.hold(number)) {
      this.#planner.release();
      return undefined;
    }
    const id = this.#textOf(number)?.id;
    return this.visibleComments().find(({ comment }) => comment.id === id);
  }

  /** Cards on screen at `at`, CSS pixels. */
  visibleCards(at: number): ReturnType<Panels["visibleCards"]> {
    return this.panels.visibleCards(this.now(at));
  }

  /** Seconds of media time. */
  now(at: number): number {
    return Math.max(0, this.#clock.now(at));
  }

  /** Something was added that the next frame shows. */
  refresh(): void {
    this.#stale = true;
  }

  stats(): { drawn: number; waiting: number; visible: number } {
    const { admitted, waiting, visible } = this.#planner.stats();
    return { drawn: admitted, waiting, visible };
  }

  readonly #painter: Painter = {
    comment: (context, id, x, y) => {
      this.#rasters++;
      const known = this.#knownOf(id);
      if (!known) return;
      context.translate(x, y);
      this.#drawComment(context, known, this.#look.metrics.height);
    },
    sprite: (op, id) => {
      if (op === Op.panel) return this.panels.sprite(id >>> 0, this.#now);
      if (op === Op.host) return this.#host;
      if (op === Op.effect) return this.#effect(id);
      const known = this.#knownOf(id);
      return known && this.#commentSprite(known);
    },
  };

  /** At the context's origin. What is wider than planned, in another look than it was planned for, is drawn narrower. */
  #drawComment(context: Parameters<Painter["comment"]>[0], known: Known, height: number): void {
    this.#look.refresh(this.#backend.textContext, known);
    const { text, metrics, measured } = known;
    const room = this.#pixels(known) - this.#badge(known);
    if (measured.width > room) context.scale(Math.max(0.1, room / measured.width), 1);
    const color = text.color || (text.own ? this.#look.style.ownColor : this.#look.style.color);
    const drawn = { measured, metrics, color, own: text.own, role: text.role, style: text.style };
    drawText(context, drawn, 0, 0, height, countAt(known, this.#now), (key) => this.#pictures.get(key));
  }

  #commentSprite(known: Known): Sprite {
    this.#look.refresh(this.#backend.textContext, known);
    const count = countAt(known, this.#now); // a recorded one follows the time
    if (count !== known.count) known.sprite = undefined;
    known.count = count;
    if (known.sprite) return known.sprite;
    const height = known.text.mode === "free" ? known.metrics.height : this.#look.metrics.height;
    const image = createCanvas(Math.max(1, Math.min(this.#pixels(known), this.#options().maxCommentWidth)), height);
    this.#drawComment(contextOf(image), known, height);
    known.sprite = { image, version: ++this.#version };
    return known.sprite;
  }

  #effect(picture: number): Sprite | undefined {
    if (this.#level >= 2) return undefined;
    const known = this.#effects.get(picture);
    if (known) return known;
    const sprite = { image: drawEffect(picture, this.#effectSize()), version: ++this.#version };
    this.#effects.set(picture, sprite);
    return sprite;
  }

  #effectSize(): number {
    const { geometry } = this.#look;
    return Math.max(4, Math.min(512, Math.round(34 * panelScale(geometry) * geometry.ratio)));
  }

  #knownOf(id: number): Known | undefined {
    const number = id >>> 0;
    const known = this.#known.get(number);
    if (known || !this.#isRecorded(number)) return known;
    const text = this.#textOf(number);
    if (!text) return undefined;
    const made = this.#know(text);
    made.counts = this.#counts.get(text.id);
    this.#known.set(number, made);
    // A recording is long; what was drawn is drawn anew only when time goes back.
    if (this.#known.size > 4096) this.#forgetRecorded();
    return made;
  }

  #forgetRecorded(): void {
    let excess = 1024;
    for (const number of this.#known.keys()) {
      if (!this.#isRecorded(number)) continue;
      this.#known.delete(number);
      if (--excess === 0) return;
    }
  }

  #isRecorded(number: number): boolean {
    return number >= this.#firstRecorded && number < this.#firstRecorded + this.#kept.length;
  }

  #textOf(number: number): TimedText | undefined {
    return this.#isRecorded(number) ? this.#kept[number - this.#firstRecorded] : this.#known.get(number)?.text;
  }

  #numberOf(id: string): number | undefined {
    const recorded = this.#kept.findIndex((comment) => comment.id === id);
    return this.#numbers.get(id) ?? (recorded < 0 ? undefined : this.#firstRecorded + recorded);
  }

  #forget(number: number): Known | undefined {
    const known = this.#known.get(number);
    this.#known.delete(number);
    if (known && this.#numbers.get(known.text.id) === number) this.#numbers.delete(known.text.id);
    return known;
  }

  /** Why it is not shown, or undefined. `now` in seconds of media time. */
  #enter(text: TimedText, now: number): DropReason | undefined {
    const reason = this.#filter(text);
    if (reason) return reason;
    const first = this.#numbers.get(this.#merger.live(text, now) ?? "");
    const counted = first === undefined ? undefined : this.#known.get(first);
    if (first !== undefined && counted) {
      counted.count++;
      counted.sprite = undefined;
      this.#planner.redraw(first);
      return "merged";
    }
    if (text.mode === "reverse") this.#useReverse();
    const number = this.#next++;
    const known = this.#know(text);
    try {
      this.#planner.push(this.#planned(number, known, micros(now)));
    } catch (error) {
      if ((error as SottoError).code !== "RESOURCE_EXHAUSTED") throw error;
      this.#merger.forget(text.id);
      return "queue"; // too many wait already
    }
    this.#known.set(number, known);
    this.#numbers.set(text.id, number);
    return undefined;
  }

  #drop(id: string, reason: DropReason): void {
    this.#dropped.push({ id, reason });
  }

  #pick(x: number, y: number): number | undefined {
    return this.#planner.pick(Math.round(x * this.#ratio), Math.round(y * this.#ratio));
  }

  /** Measured, with its width in the planner's units. */
  #know(text: TimedText): Known {
    const known = this.#look.know(this.#backend.textContext, text);
    known.badge = this.#layout.selection.merge > 0 && !text.own;
    const pixels = known.measured.width + this.#badge(known);
    known.width = Math.max(1, Math.ceil((pixels * this.#unit) / this.#look.metrics.fontPixels));
    return known;
  }

  #badge({ badge, metrics }: Known): number {
    return badge ? badgeRoom(metrics) : 0;
  }

  /** As wide as planned. */
  #pixels({ width }: Known): number {
    return Math.ceil((width * this.#look.metrics.fontPixels) / this.#unit);
  }

  #planned(id: number, { text, width, metrics }: Known, at: number): PlannerComment {
    return {
      id,
      width,
      at,
      own: text.own,
      mode: Mode[text.mode],
      priority: text.priority,
      duration: micros(text.duration),
      x: Math.round(text.x * 10_000),
      y: Math.round(text.y * 10_000),
      height: text.mode === "free" ? Math.ceil((metrics.height * this.#unit) / this.#look.metrics.fontPixels) : 0,
    };
  }

  #select(selection: Selection): void {
    this.#filter = chain(selection, (text) => this.#core.normalise(text).text);
  }

  #useReverse(): void {
    if (this.#reverse) return;
    this.#reverse = true;
    this.#lay();
  }

  /** Device pixels to a CSS pixel, as drawn. */
  get #ratio(): number {
    return this.#look.geometry.ratio;
  }

  #geometry(): Geometry {
    const { geometry, style } = this.#layout;
    const ratio = this.#level === 3 ? geometry.ratio / 2 : geometry.ratio;
    return { ...geometry, ratio: Math.min(ratio, mostRatio(geometry, style, this.#backend.maxSide)) };
  }

  #lay(): void {
    this.#look.change(this.#geometry(), this.#layout.style);
    this.#planner.resize(this.#options());
    this.#effects.clear();
    this.#sized();
    this.panels.setGeometry(this.#look.geometry);
    this.#placeHost();
  }

  #options() {
    const { geometry, style, metrics } = this.#look;
    const { maxSide } = this.#backend;
    const merges = this.#layout.selection.merge > 0;
    return plannerOptions({ geometry, style, metrics, unit: this.#unit, merges, reverse: this.#reverse, maxSide });
  }

  #sized(): void {
    const { width, height } = this.#options();
    const { stripWidth, stripHeight } = this.#planner;
    this.#backend.resize({ width, height, stripWidth, stripHeight });
    this.#stale = true;
  }

  #placeHost(): void {
    const { geometry } = this.#look;
    const { x = 0, y = 0, width = 0, height = 0 } = this.#hostPlace ?? {};
    const pixels = (share: number, side: number) => Math.round(share * side * geometry.ratio);
    this.#planner.setHost(
      pixels(x, geometry.width),
      pixels(y, geometry.height),
      pixels(width, geometry.width),
      pixels(height, geometry.height),
    );
    this.#stale = true;
  }

  /** The browser took the pixels away. */
  restore(): void {
    this.#planner.invalidate();
    for (const known of this.#known.values()) known.sprite = undefined;
    this.#effects.clear();
    this.panels.setGeometry(this.#look.geometry);
    this.#stale = true;
  }
}
