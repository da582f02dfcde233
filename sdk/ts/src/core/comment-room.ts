import type { CommentSummary, LiveComment, LiveSessionEvents, Verdict } from "../types.js";
import { type Answer, unwrap } from "./answer.js";
import type { CommentModel } from "./comment-model.js";
import { Handle } from "./handle.js";
import type { CommentRoom as Raw } from "./module.js";
import { wellFormed } from "./text.js";
import { type Heads, verdictAt } from "./verdict.js";

export type CoreError = (Answer<never> & { ok: false })["error"];

/** What the analysis noticed. */
export type RoomEvent = {
  [Type in "burst" | "moodchange" | "trending"]: { type: Type; detail: LiveSessionEvents[Type] };
}["burst" | "moodchange" | "trending"];

/** The comments of a room, judged and analysed in the core. `arrived` is in seconds of a clock that goes on evenly. */
export class CommentRoom extends Handle<Raw> {
  readonly #heads: Heads;

  /** @internal */
  constructor(raw: Raw, heads: Heads) {
    super(raw);
    this.#heads = heads;
  }

  /**
   * Reads a frame of the room's WebSocket. `comments` are the first ones, `wanted` at most; the others stay in the core.
   * `answers` are the texts of the viewer's own that were published, and why others were not. `waiting` is how many
   * comments wait for judge().
   */
  receive(
    frame: Uint8Array,
    wanted: number,
    arrived: number,
  ): { comments: LiveComment[]; answers: (string | CoreError)[]; waiting: number; problem: CoreError | undefined } {
    return unwrap(this.raw.receive(frame, Math.min(wanted, 0xffffffff), arrived));
  }

  /** Comments of another source; `at` NaN is now, which is `programme` as long as nothing was before. */
  add(
    comments: { texts: readonly string[]; times: Float64Array; viewers: readonly string[] },
    wanted: boolean,
    programme: number,
    arrived: number,
  ): void {
    const { texts, times, viewers } = comments;
    unwrap(this.raw.add(texts.map(wellFormed), times, viewers.map(wellFormed), wanted, programme, arrived));
  }

  /** Judges some of those that wait, the oldest first. `verdicts` are those of the wanted ones, if they can be judged. */
  judge(
    model: CommentModel,
    most: number,
  ): {
    verdicts: (() => Verdict | undefined)[];
    waiting: number;
    problem: CoreError | undefined;
    events: RoomEvent[];
  } {
    const { verdicts: numbers, ...judged } = this.raw.judge(model.raw, most);
    const stride = 3 * this.#heads.length + 1;
    const verdicts = Array.from({ length: numbers.length / stride }, (_, index) => () => {
      return Number.isNaN(numbers[index * stride]) ? undefined : verdictAt(this.#heads, numbers, index);
    });
    return { ...judged, verdicts, events: judged.events as RoomEvent[] };
  }

  /** In the order of their link numbers. None is on stage afterwards. */
  setProducts(products: readonly { id: string; title: { zh: string; en: string } }[], model: CommentModel): void {
    const ids = products.map(({ id }) => id);
    const titles = (locale: "zh" | "en") => products.map(({ title }) => wellFormed(title[locale]));
    unwrap(this.raw.setProducts(ids, titles("zh"), titles("en"), model.raw));
  }

  /** By its place among them; below 0: none. */
  setOnStage(product: number): void {
    this.raw.setOnStage(product);
  }

  summarise(arrived: number): CommentSummary {
    return this.raw.summarise(arrived) as CommentSummary;
  }

  takeEvents(): RoomEvent[] {
    return this.raw.takeEvents() as RoomEvent[];
  }
}
