// Comments that can be pointed at, on the page's side. Nothing of the overlay takes pointer events until a comment is
// held: then a real button lies over it. What hits no comment goes to the player as if there were no overlay.
import type { LiveComment, Locale } from "../../types.js";
import type { EngineClient } from "../../worker/client.js";
import type { PlacedComment, Request } from "../../worker/protocol.js";
import { place } from "../place.js";
import { type MenuItem, openMenu } from "./menu.js";

export interface InteractionParts {
  /** The overlay's box; the comments' rectangles are relative to it. */
  box: HTMLElement;
  /** Pointers are followed over the closest element that holds both the overlay and this. */
  video: Node;
  client: EngineClient;
  activate(comment: LiveComment): void;
  report(comment: LiveComment): void;
  block(user: string): void;
  failed(error: unknown): void;
}

const words = {
  zh: { stop: "屏幕上的弹幕", menu: "弹幕操作", copy: "复制", report: "举报", block: "屏蔽该用户" },
  en: { stop: "Comments on screen", menu: "Comment", copy: "Copy", report: "Report", block: "Block this user" },
} satisfies Record<Locale, unknown>;

/** Milliseconds, and the CSS pixels by which a finger may tremble meanwhile. */
const longPress = 500;
const tremble = 8;

/** What a player has to click on: a comment that passes above it is not in the way. */
const controls = "a[href], button, input, select, textarea, label, summary, [role=button], [role=slider]";

const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

export class Interaction {
  readonly #parts: InteractionParts;
  readonly #root: HTMLElement;
  readonly #layer = document.createElement("div");
  readonly #stop = createButton("stop");
  readonly #ending = new AbortController();
  #locale: Locale;
  #held: { comment: PlacedComment; button: HTMLButtonElement } | undefined;
  #asking = false;
  /** The last wish while the engine is being asked. */
  #next: { request: Request<"hold"> } | undefined;
  #closeMenu: (() => void) | undefined;
  #press: { x: number; y: number; timer: ReturnType<typeof setTimeout> } | undefined;
  #pressed = false;

  constructor(parts: InteractionParts, locale: Locale) {
    this.#parts = parts;
    this.#locale = locale;
    this.setLocale(locale);
    this.#layer.className = "comments";
    this.#layer.append(this.#stop);
    parts.box.append(this.#layer);
    this.#root = commonAncestor(parts.box, parts.video);
    const { signal } = this.#ending;
    const listen = <Name extends keyof HTMLElementEventMap>(
      name: Name,
      listener: (event: HTMLElementEventMap[Name]) => void,
    ) => this.#root.addEventListener(name, listener, { capture: true, signal });
    listen("pointermove", (event) => this.#moved(event));
    listen("pointerdown", (event) => this.#down(event));
    for (const name of ["pointerup", "pointercancel"] as const) listen(name, () => this.#endPress());
    listen("click", (event) => this.#clicked(event as PointerEvent));
    const leave = ({ pointerType }: PointerEvent) => pointerType !== "touch" && this.#leave(); // a finger that lifts
    this.#root.addEventListener("pointerleave", leave, { signal });
    this.#layer.addEventListener("click", (event) => event.stopPropagation()); // it was meant for the comment
    this.#layer.addEventListener("keydown", (event) => this.#key(event));
    this.#layer.addEventListener("focusout", ({ target, relatedTarget }) => {
      const left = !this.#layer.contains(relatedTarget as Node | null);
      if (left && target === this.#held?.button && !this.#closeMenu) this.release();
    });
    this.#stop.onclick = () => void this.#step(1);
  }

  setLocale(locale: Locale): void {
    this.#locale = locale;
    this.#stop.setAttribute("aria-label", words[locale].stop);
  }

  /** Lets the held comment go. */
  release(): void {
    this.#closeMenu?.();
    if (this.#held || this.#asking) void this.#hold(null);
    this.#show(undefined);
  }

  dispose(): void {
    this.release();
    this.#endPress();
    this.#ending.abort();
    this.#layer.remove();
  }

  /** In the overlay, or undefined where the player has something of its own. */
  #pointOf(event: MouseEvent): { x: number; y: number } | undefined {
    for (const each of event.composedPath()) {
      if (each === this.#root) break;
      if (each === this.#held?.button) break;
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

  #moved(event: PointerEvent): void {
    const press = this.#press;
    if (press && Math.hypot(event.clientX - press.x, event.clientY - press.y) > tremble) this.#endPress();
    if (event.pointerType === "touch" || event.buttons || this.#busy) return;
    const point = this.#pointOf(event);
    if (!point) this.#leave();
    else if (!within(this.#held?.comment, point)) void this.#hold(point);
  }

  #leave(): void {
    if (!this.#busy && (this.#held || this.#asking)) void this.#hold(null);
  }

  #down(event: PointerEvent): void {
    this.#endPress();
    this.#pressed = false;
    const point = this.#pointOf(event);
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
  #clicked(event: PointerEvent): void {
    if (this.#pressed) {
      this.#pressed = false;
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (event.pointerType !== "touch" || event.composedPath().includes(this.#layer)) return;
    const point = this.#pointOf(event);
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
      this.#stop.focus({ preventScroll: true });
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
  async #hold(request: Request<"hold">): Promise<void> {
    if (this.#asking) {
      this.#next = { request };
      return;
    }
    this.#asking = true;
    try {
      const { held } = await this.#parts.client.call("hold", request);
      if (!this.#next) this.#show(held, Boolean(request?.id));
    } catch (error) {
      this.#parts.failed(error);
    }
    this.#asking = false;
    const next = this.#next;
    this.#next = undefined;
    if (next) void this.#hold(next.request);
  }

  #show(comment: PlacedComment | undefined, focus = false): void {
    const before = this.#held?.button;
    this.#held = undefined;
    if (comment && !this.#ending.signal.aborted) {
      const button = createButton("held");
      const { id, user, text } = comment.comment;
      button.dataset.comment = id;
      button.setAttribute("aria-label", user ? `${user}: ${text}` : text);
      button.setAttribute("aria-keyshortcuts", "Shift+F10");
      place(button, comment);
      button.onclick = () => this.#parts.activate(comment.comment);
      button.oncontextmenu = (event) => {
        event.preventDefault();
        this.#openMenu();
      };
      this.#held = { comment, button };
      this.#layer.append(button);
      if (focus) button.focus({ preventScroll: true });
    } else if (before?.matches(":focus-visible")) this.#stop.focus({ preventScroll: true });
    before?.remove();
  }

  #openMenu(): void {
    const held = this.#held;
    if (!held || this.#closeMenu) return;
    this.#endPress();
    const { block, report, failed } = this.#parts;
    const { comment } = held.comment;
    const { text, user, own } = comment;
    const label = words[this.#locale];
    const items: MenuItem[] = [{ label: label.copy, run: () => void copy(text).catch(failed) }];
    if (!own) items.push({ label: label.report, run: () => report(comment) });
    if (!own && user) items.push({ label: `${label.block} (${user})`, run: () => block(user) });
    this.#closeMenu = openMenu(this.#layer, held.comment, label.menu, items, (back) => {
      this.#closeMenu = undefined;
      if (back) held.button.focus({ preventScroll: true });
      else if (this.#held === held) this.release();
    });
  }
}

function createButton(name: string): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = name;
  return button;
}

/** Rejects where there is no clipboard: on pages that are not served securely. */
const copy = async (text: string): Promise<void> => navigator.clipboard.writeText(text);

const within = (place: PlacedComment | undefined, point: { x: number; y: number }): place is PlacedComment =>
  place !== undefined &&
  point.x >= place.x &&
  point.y >= place.y &&
  point.x < place.x + place.width &&
  point.y < place.y + place.height;

/** Also from within shadow roots. */
function commonAncestor(inner: Node, other: Node): HTMLElement {
  let node: Node | null = inner;
  while (node && !(node instanceof HTMLElement && node.contains(other))) {
    node = node instanceof ShadowRoot ? node.host : node.parentNode;
  }
  return (node as HTMLElement | null) ?? document.documentElement;
}
