// Decides when the stage is drawn: only while the page is visible and the overlay is on. In list mode the page shows
// the comments itself; here they are only filtered, and the cards' times kept.
import type { Core } from "../../core/core.js";
import type { OverlayStats } from "../../types.js";
import type { Reports, Tells } from "../../worker/protocol.js";
import { toWire } from "../../worker/to-wire.js";
import type { Backend } from "../backends/backend.js";
import { FrameBudget, type Level } from "../frame-budget.js";
import type { Layout, TimedText } from "../model.js";
import { FrameLoop } from "./frame-loop.js";
import { FrameStats } from "./frame-stats.js";
import { Stage } from "./stage.js";
import { wallClock } from "./wall-clock.js";

type Report = <Name extends keyof Reports>(name: Name, content: Parameters<Reports[Name]>[0]) => void;
type OverlayTells = Pick<
  Tells,
  | "clock"
  | "visible"
  | "enabled"
  | "mode"
  | "layout"
  | "cards"
  | "picture"
  | "pin"
  | "notice"
  | "like"
  | "gift"
  | "host"
  | "mask"
>;

export class Director {
  readonly stage: Stage;
  readonly #report: Report;
  readonly #loop: FrameLoop;
  readonly #frames = new FrameStats();
  #budget = new FrameBudget();
  #layout: Layout;
  #visible = true;
  #enabled = true;
  #mode: "scroll" | "list" = "scroll";
  #level: Level = 0;
  #drawnAt = Number.NaN;
  #dropped = 0;
  #cardsShown = "";
  #failure = "";

  constructor(core: Core, backend: Backend, layout: Layout, report: Report) {
    this.#layout = layout;
    this.stage = new Stage(core, backend, layout);
    this.#report = report;
    this.#loop = new FrameLoop(
      (at) => this.#guarded(at),
      (fps, frames) => report("stats", this.#stats(fps, frames)),
    );
    this.#decide();
  }

  readonly tells: OverlayTells = {
    clock: (reading) => this.stage.readClock(reading),
    visible: ({ visible }) => {
      this.#visible = visible;
      this.#decide();
    },
    enabled: ({ enabled }) => {
      this.#enabled = enabled;
      this.#decide();
    },
    mode: ({ mode }) => {
      this.#mode = mode;
      this.#decide();
    },
    layout: (layout) => {
      this.#layout = layout;
      this.stage.setLayout(layout);
    },
    cards: ({ cards }) => this.#add(() => this.stage.panels.setCards(cards)),
    picture: (picture) => this.stage.addPicture(picture),
    pin: (pinned) => this.#add((now) => this.stage.panels.pin(pinned, now)),
    notice: (notice) => this.#add((now) => this.stage.panels.notice(notice, now)),
    gift: (gift) => this.#add((now) => this.stage.panels.gift(gift, now)),
    like: (like) => this.stage.like(like, wallClock()),
    host: (host) => this.stage.setHost(host),
    mask: (mask) => this.stage.setMask(mask),
  };

  /** A live comment. Dropped at once while nothing is drawn: nobody wants an hour's comments after coming back. */
  push(text: TimedText): void {
    if (!this.#enabled) return;
    const list = this.#mode === "list";
    const reason = list ? this.stage.refuses(text) : this.#visible || text.own ? undefined : "hidden";
    if (reason) this.#reportDropped([{ id: text.id, reason }]);
    else if (!list) this.stage.push(text, wallClock());
    if (!this.#loop.running) this.#reportDropped(this.stage.takeDropped());
  }

  stop(): void {
    this.#loop.stop();
    this.stage.dispose();
  }

  #add(change: (now: number) => void): void {
    change(this.stage.now(wallClock()));
    this.stage.refresh();
  }

  #decide(): void {
    if (this.#visible && this.#enabled) this.#loop.start();
    else this.#loop.stop();
    this.#drawnAt = Number.NaN;
    if (this.#enabled && this.#mode === "scroll") return;
    this.stage.blank();
    if (!this.#enabled) this.#reportCards([]);
  }

  /** A frame that fails is a problem that is said once; the next may succeed. */
  #guarded(at: number): boolean {
    try {
      return this.#frame(at);
    } catch (error) {
      const problem = toWire(error);
      if (problem.message !== this.#failure) this.#report("problem", { error: problem });
      this.#failure = problem.message;
      return false;
    }
  }

  #frame(at: number): boolean {
    let drawn = false;
    if (this.#mode === "scroll") {
      drawn = this.stage.draw(at);
      if (drawn) this.#note(at);
      this.#reportDropped(this.stage.takeDropped());
    }
    this.#reportCards(this.stage.visibleCards(at));
    return drawn;
  }

  /** Frames are late or not only while the picture moves. */
  #note(at: number): void {
    const interval = at - this.#drawnAt;
    this.#drawnAt = this.stage.moving ? at : Number.NaN;
    if (!(interval > 0)) return;
    const work = wallClock() - at;
    this.#frames.note(interval, work);
    this.stage.noteFrame(interval > 25);
    if (!this.#layout.style.frameBudget) {
      if (this.#level) this.#budget = new FrameBudget();
      this.#level = 0;
    } else this.#level = this.#budget.note(interval, work);
    this.stage.setLevel(this.#level);
  }

  #stats(fps: number, frames: number): Omit<OverlayStats, "renderer"> {
    this.stage.panels.tidy(this.stage.now(wallClock()));
    return {
      ...this.stage.stats(),
      ...this.#frames.take(),
      fps: this.stage.moving ? fps : 0,
      frames,
      dropped: this.#dropped,
      degraded: this.#level,
      backend: this.stage.backend,
    };
  }

  #reportDropped(dropped: ReturnType<Stage["takeDropped"]>): void {
    if (dropped.length === 0) return;
    this.#dropped += dropped.length;
    this.#report("dropped", { dropped });
  }

  /** Only when it changed. */
  #reportCards(visible: ReturnType<Stage["visibleCards"]>): void {
    const key = JSON.stringify(visible);
    if (key === this.#cardsShown) return;
    this.#cardsShown = key;
    this.#report("cards", { visible });
  }
}
