// Decides when the stage is drawn: only while the page is visible and the overlay is on. In list mode the page shows
// the comments itself, and only the cards' times are kept here.
import type { Core } from "../core/core.js";
import type { SottoError } from "../errors.js";
import type { Calls, Reports, Tells } from "../worker/protocol.js";
import { toWire } from "../worker/wire-error.js";
import { FrameLoop, wallClock } from "./frame-loop.js";
import type { Geometry, TextStyle, TimedText } from "./model.js";
import { Stage } from "./stage.js";
import type { Canvas } from "./surface.js";

type Report = <Name extends keyof Reports>(name: Name, content: Parameters<Reports[Name]>[0]) => void;

export class Director {
  readonly stage: Stage;
  readonly #report: Report;
  readonly #loop: FrameLoop;
  #visible = true;
  #enabled = true;
  #mode: "scroll" | "list" = "scroll";
  #cardsShown = "";
  #failure = "";

  constructor(core: Core, canvas: Canvas, geometry: Geometry, style: TextStyle, report: Report) {
    this.stage = new Stage(core, canvas, geometry, style);
    this.#report = report;
    this.#loop = new FrameLoop(
      (at) => this.#guarded(at),
      (fps, frames) => report("stats", { ...this.stage.stats(), fps: this.stage.moving ? fps : 0, frames }),
    );
    this.#decide();
  }

  readonly tells: Pick<Tells, "clock" | "visible" | "enabled" | "mode" | "layout" | "cards" | "picture"> = {
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
    layout: ({ geometry, style }) => this.stage.setLayout(geometry, style),
    cards: ({ cards }) => this.stage.setCards(cards),
    picture: (picture) => this.stage.addPicture(picture),
  };

  /** A live comment. Dropped at once while nothing is drawn: nobody wants an hour's comments after coming back. */
  push(text: TimedText): void {
    if (this.#mode !== "scroll" || !this.#enabled || !(this.#visible || text.own)) return;
    try {
      this.stage.push(text, wallClock());
    } catch (error) {
      if ((error as SottoError).code !== "RESOURCE_EXHAUSTED") throw error; // too many wait already
      this.#report("dropped", { ids: [text.id] });
    }
  }

  loadRecording({ comments }: Parameters<Calls["loadRecording"]>[0]): void {
    this.stage.loadRecording(comments);
  }

  stop(): void {
    this.#loop.stop();
    this.stage.dispose();
  }

  #decide(): void {
    if (this.#visible && this.#enabled) this.#loop.start();
    else this.#loop.stop();
    if (this.#enabled) return;
    this.stage.blank();
    this.#reportCards([]);
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
      const ids = this.stage.takeDropped();
      if (ids.length > 0) this.#report("dropped", { ids });
    }
    this.#reportCards(this.stage.visibleCards(at));
    return drawn;
  }

  /** Only when it changed. */
  #reportCards(visible: ReturnType<Stage["visibleCards"]>): void {
    const key = JSON.stringify(visible);
    if (key === this.#cardsShown) return;
    this.#cardsShown = key;
    this.#report("cards", { visible });
  }
}
