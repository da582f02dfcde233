// The bubble beside a comment of the list that says why it was judged so. It comes when a pointer rests on the comment or
// the keyboard reaches it, goes with them unless it was pinned by a click, and Escape closes it in any case.

import type { LiveComment, Verdict } from "@sotto/live";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { bind } from "../language.js";
import { createJudgement, type Explain } from "./judgement.js";

export interface Bubble {
  readonly element: HTMLElement;
  /** Makes `line` call the bubble. */
  attach(line: HTMLButtonElement, comment: LiveComment, verdict: Verdict): void;
  /** The line whose comment is shown, or null. */
  readonly line: HTMLButtonElement | null;
  hide(): void;
  /** Called when it has closed. */
  onHide(listener: () => void): void;
}

/** Milliseconds that a pointer rests on a comment before it is asked about; on the next one, while the bubble is open. */
const kRestMs = 220;
const kNextMs = 60;
/** Milliseconds that a pointer may need from the comment to the bubble. */
const kAwayMs = 260;
const kMargin = 8;

export function createBubble(explain: Explain): Bubble {
  const judgement = createJudgement(explain);
  const user = h("span", { class: "user" });
  const close = h("button", { type: "button", class: "control" }, icon("close"));
  bind(close, (texts) => texts.shelf.close, "aria-label");
  const element = h(
    "div",
    { class: "bubble", id: "bubble", role: "group", hidden: true, "data-testid": "bubble" },
    h("p", { class: "bubble-head" }, user, close),
    judgement.element,
  );
  bind(element, (texts) => texts.judgement.title, "aria-label");

  let line: HTMLButtonElement | null = null;
  let pinned = false;
  /** Had the bubble closed while it has the focus: it does not open again by that. */
  let dismissed: HTMLButtonElement | null = null;
  /** The line that the pointer has moved onto. */
  let meant: HTMLButtonElement | null = null;
  /** The pointer is elsewhere than before: browsers also tell of a move when the page moves below it. */
  let moved = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hidden: () => void = () => undefined;

  const place = () => {
    const frame = element.offsetParent?.getBoundingClientRect();
    if (!line || !frame) return;
    const at = line.getBoundingClientRect();
    const { height } = element.getBoundingClientRect();
    const beside = getComputedStyle(element).getPropertyValue("--beside").trim() !== "";
    let top = beside ? at.top - 12 : at.bottom + 4;
    // Within the window, and below a comment only where there is room.
    if (!beside && top + height > innerHeight - kMargin && at.top - height - 4 > kMargin) top = at.top - height - 4;
    if (beside) top = Math.max(kMargin, Math.min(top, innerHeight - height - kMargin));
    element.style.top = `${top - frame.top}px`;
    element.style.setProperty("--tip", `${at.top + at.height / 2 - top}px`);
  };
  const expand = (open: boolean) => {
    line?.setAttribute("aria-expanded", String(open));
    line?.closest(".comment")?.classList.toggle("asked", open);
  };
  const hide = () => {
    clearTimeout(timer);
    if (!line) return;
    expand(false);
    line = null;
    pinned = false;
    element.hidden = true;
    hidden();
  };
  const show = (next: HTMLButtonElement, comment: LiveComment, verdict: Verdict) => {
    clearTimeout(timer);
    if (line !== next) {
      expand(false);
      line = next;
      pinned = false;
      user.textContent = comment.user;
      judgement.show(comment.text, verdict);
      element.hidden = false;
      expand(true);
    }
    place();
  };
  const later = (work: () => void, ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(work, ms);
  };
  const leave = () => {
    if (!pinned && !element.contains(document.activeElement)) later(hide, kAwayMs);
    else clearTimeout(timer);
  };

  /** Closes it; the focus does not stay in what is gone. */
  const dismiss = () => {
    const inside = element.contains(document.activeElement);
    dismissed = line;
    hide();
    if (inside) dismissed?.focus({ preventScroll: true });
  };
  close.addEventListener("click", dismiss);
  element.addEventListener("pointerenter", () => clearTimeout(timer));
  element.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse") leave();
  });
  element.addEventListener("focusout", ({ relatedTarget }) => {
    if (!pinned && !(relatedTarget instanceof Node && element.contains(relatedTarget)) && relatedTarget !== line)
      hide();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && line) dismiss();
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (pinned && target instanceof Node && !element.contains(target) && !line?.contains(target)) hide();
  });
  addEventListener("resize", place);
  let [x, y] = [Number.NaN, Number.NaN];
  document.addEventListener(
    "pointermove",
    ({ clientX, clientY }) => {
      moved = clientX !== x || clientY !== y;
      [x, y] = [clientX, clientY];
    },
    { capture: true, passive: true },
  );

  return {
    element,
    get line() {
      return line;
    },
    hide,
    onHide(listener) {
      hidden = listener;
    },
    attach(button, comment, verdict) {
      const open = () => show(button, comment, verdict);
      // Asked for by a pointer that moves onto a comment, not by a comment that moves below a pointer.
      button.addEventListener("pointermove", (event) => {
        if (event.pointerType !== "mouse" || pinned || meant === button || !moved) return;
        meant = button;
        later(open, line ? kNextMs : kRestMs);
      });
      button.addEventListener("pointerleave", (event) => {
        meant = null;
        if (event.pointerType === "mouse") leave();
      });
      button.addEventListener("focus", () => {
        if (dismissed !== button && button.matches(":focus-visible")) open();
      });
      button.addEventListener("blur", ({ relatedTarget }) => {
        dismissed = null;
        if (line === button && !pinned && !(relatedTarget instanceof Node && element.contains(relatedTarget))) hide();
      });
      button.addEventListener("click", (event) => {
        const keyboard = event.detail === 0;
        if (line === button && pinned && !keyboard) {
          hide();
          return;
        }
        open();
        pinned = true;
        if (keyboard) judgement.focus();
      });
    },
  };
}
