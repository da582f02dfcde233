// Comments that can be pointed at, on the page's side; loaded by pointing.ts. Nothing of the overlay takes pointer events
// until a comment is held: then a real button lies over it. What hits no comment goes to the player as if there were no
// overlay.
import type { Locale } from "../../types.js";
import type { PlacedComment, Request } from "../../worker/protocol.js";
import { css } from "./css.js";
import { type MenuItem, openMenu } from "./menu.js";
import type { Pointing, PointingParts, pointerEvents, Seen } from "./pointing.js";

const words = {
  zh: { menu: "弹幕操作", copy: "复制", report: "举报", block: "屏蔽该用户" },
  en: { menu: "Comment", copy: "Copy", report: "Report", block: "Block this user" },
} satisfies Record<Locale, unknown>;

/** Milliseconds, and the CSS pixels by which a finger may tremble meanwhile. */
const longPress = 500;
const tremble = 8;

const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** What a player has to click on: a comment that passes above it is not in the way. */
const controls = "a[href], button, input, select, textarea, label, summary, [role=button], [role=slider]";

interface Point {
  x: number;
  y: number;
}

type Handlers = Record<(typeof pointerEvents)[number], (seen: Seen) => unknown>;

export class Interaction {
  readonly #ground: Pointing;
  readonly #parts: PointingParts;
  readonly #undress: () => void;
  readonly #ending = new AbortController();
  #held: { comment: PlacedComment; button: HTMLButtonElement } | undefined;
  /** Of the request that the engine has not answered. */
  #asked: Promise<void> | undefined;
  /** The last wish while the engine is being asked. */
  #next: { request: Request<"hold"> } | undefined;
  #closeMenu: (() => void) | undefined;
  #press: { x: number; y: number; timer: ReturnType<typeof setTimeout> } | undefined;
  #pressed = false;

  constructor(ground: Pointing) {
    this.#ground = ground;
    this.#parts = ground.parts;
    this.#undress = this.#parts.dress(css);
    const { layer, stop } = ground;
    const { signal } = this.#ending;
    for (const [name, handle] of Object.entries(this.#handlers)) ground.watch(name as keyof Handlers, handle, signal);
    layer.addEventListener("click", (event) => event.stopPropagation()); // it was meant for the comment
    layer.addEventListener("keydown", (event) => this.#key(event));
    layer.addEventListener("focusout", ({ target, relatedTarget }) => {
      const left = !layer.contains(relatedTarget as Node | null);
      if (left && target === this.#held?.button && !this.#closeMenu) this.release();
    });
    stop.onclick = () => void this.#step(1);
  }

  /** What was seen before this was loaded: a tap may be over already, and then waits for the engine's answer. */
  async replay(seen: Iterable<Seen>, keys: readonly string[]): Promise<void> {
    for (const each of seen) {
      this.#handlers[each.event.type as keyof Handlers](each);
      await this.#asked;
    }
    for (const key of keys) await this.#step(steps[key] ?? 0);
  }

  readonly #handlers: Handlers = {
    pointermove: (seen) => this.#moved(seen),
    pointerdown: (seen) => this.#down(seen),
    pointerup: () => this.#endPress(),
    pointercancel: () => this.#endPress(),
    // Not of a finger that lifts.
    pointerleave: ({ event }) => event.pointerType !== "touch" && this.#leave(),
    click: (seen) => this.#clicked(seen),
  };

  /** Lets the held comment go. */
  release(): void {
    this.#closeMenu?.();
    if (this.#held || this.#asked) void this.#hold(null);
    this.#show(undefined);
  }

  dispose(): void {
    this.release();
    this.#endPress();
    this.#ending.abort();
    this.#undress();
  }

  /** In the overlay, or undefined where the player has something of its own. */
  #pointOf({ event, path }: Seen): Point | undefined {
    for (const each of path) {
      if (each === this.#ground.root || each === this.#held?.button) break;
      if (each instanceof Element && each.matches(controls)) return undefined;
    }
    const { left, top, width, height } = this.#parts.box.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    return x >= 0 && y >= 0 && x < width && y < height ? { x, y } : undefined;
  }

  /** A menu is open, or the keyboard is here: then the pointer holds nothing and lets nothing go. */
  get #busy(): boolean {
    return this.#closeMenu !== undefined || Boolean(this.#held?.button.matches(":focus-visible"));
  }

  #moved(seen: Seen): void {
    const { event } = seen;
    const press = this.#press;
    if (press && Math.hypot(event.clientX - press.x, event.clientY - press.y) > tremble) this.#endPress();
    if (event.pointerType === "touch" || event.buttons || this.#busy) return;
    const point = this.#pointOf(seen);
    if (!point) this.#leave();
    else if (!within(this.#held?.comment, point)) void this.#hold(point);
  }

  #leave(): void {
    if (!this.#busy && (this.#held || this.#asked)) void this.#hold(null);
  }

  #down(seen: Seen): void {
    const { event } = seen;
    this.#endPress();
    this.#pressed = false;
    const point = this.#pointOf(seen);
    if (!point || event.button || this.#closeMenu) return;
    if (event.pointerType === "touch" && !within(this.#held?.comment, point)) void this.#hold(point);
    const timer = setTimeout(() => {
      if (!within(this.#held?.comment, point)) return;
      this.#pressed = true; // the click that comes with letting go is no click
      this.#openMenu();
    }, longPress);
    this.#press = { x: event.clientX, y: event.clientY, timer };
  }

  #endPress(): void {
    clearTimeout(this.#press?.timer);
    this.#press = undefined;
  }

  /** A tap goes to what was there before the comment's button was. */
  #clicked(seen: Seen): void {
    const { event, path } = seen;
    if (this.#pressed) {
      this.#pressed = false;
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (event.pointerType !== "touch" || path.includes(this.#ground.layer)) return;
    const point = this.#pointOf(seen);
    if (!this.#held || !point || !within(this.#held.comment, point)) return;
    event.preventDefault();
    event.stopPropagation();
    this.#parts.activate(this.#held.comment.comment);
  }

  #key(event: KeyboardEvent): void {
    const { key } = event;
    const step = steps[key];
    if (step) void this.#step(step);
    else if (key === "Escape" && this.#held) {
      this.#ground.stop.focus({ preventScroll: true });
      this.release();
    } else if (this.#held && (key === "ContextMenu" || (key === "F10" && event.shiftKey))) this.#openMenu();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** The next comment in view, or the first. */
  async #step(by: number): Promise<void> {
    try {
      const { comments } = await this.#parts.client.call("visibleComments", null);
      const ids = comments.map(({ comment }) => comment.id);
      const now = this.#held ? ids.indexOf(this.#held.comment.comment.id) : -1;
      const id = ids.at(now < 0 ? Math.min(0, by) : (now + by) % ids.length);
      if (id !== undefined) await this.#hold({ id });
    } catch (error) {
      this.#parts.failed(error);
    }
  }

  /** One request at a time; of those that come meanwhile, the last. */
  #hold(request: Request<"hold">): Promise<void> {
    if (this.#asked) this.#next = { request };
    else this.#asked = this.#ask(request);
    return this.#asked;
  }

  async #ask(request: Request<"hold">): Promise<void> {
    for (let next: { request: Request<"hold"> } | undefined = { request }; next; next = this.#next) {
      this.#next = undefined;
      try {
        const { held } = await this.#parts.client.call("hold", next.request);
        if (!this.#next) this.#show(held, Boolean(next.request?.id));
      } catch (error) {
        this.#parts.failed(error);
      }
    }
    this.#asked = undefined;
  }

  #show(comment: PlacedComment | undefined, focus = false): void {
    const before = this.#held?.button;
    this.#held = undefined;
    if (comment && !this.#ending.signal.aborted) {
      const button = this.#ground.addButton("held", comment);
      const { id, user, text } = comment.comment;
      button.dataset.comment = id;
      button.setAttribute("aria-label", user ? `${user}: ${text}` : text);
      button.setAttribute("aria-keyshortcuts", "Shift+F10");
      button.onclick = () => this.#parts.activate(comment.comment);
      button.oncontextmenu = (event) => {
        event.preventDefault();
        this.#openMenu();
      };
      this.#held = { comment, button };
      if (focus) button.focus({ preventScroll: true });
    } else if (before?.matches(":focus-visible")) this.#ground.stop.focus({ preventScroll: true });
    before?.remove();
  }

  #openMenu(): void {
    const held = this.#held;
    if (!held || this.#closeMenu) return;
    this.#endPress();
    const { block, report, failed } = this.#parts;
    const { comment } = held.comment;
    const { text, user, own } = comment;
    const label = words[this.#ground.locale];
    const items: MenuItem[] = [{ label: label.copy, run: () => void copy(text).catch(failed) }];
    if (!own) items.push({ label: label.report, run: () => report(comment) });
    if (!own && user) items.push({ label: `${label.block} (${user})`, run: () => block(user) });
    this.#closeMenu = openMenu(this.#ground.layer, held.comment, label.menu, items, (back) => {
      this.#closeMenu = undefined;
      if (back) held.button.focus({ preventScroll: true });
      else if (this.#held === held) this.release();
    });
  }
}

/** Rejects where there is no clipboard: on pages that are not served securely. */
const copy = async (text: string): Promise<void> => navigator.clipboard.writeText(text);

const within = (place: PlacedComment | undefined, point: Point): place is PlacedComment =>
  place !== undefined &&
  point.x >= place.x &&
  point.y >= place.y &&
  point.x < place.x + place.width &&
  point.y < place.y + place.height;
