// The comments as a list: newest at the bottom, each with what it was judged to be, and why beside it when a pointer
// rests on it or the keyboard reaches it. One tab stop: the arrow keys walk the list, Enter goes into the reasons.

import type { LiveComment, Verdict } from "@sotto/live";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { bind, onLanguage, t } from "../language.js";
import { createBubble } from "./bubble.js";
import type { Explain } from "./judgement.js";
import { headLabel, isToxic, tagOf } from "./verdict.js";

export interface Chat {
  readonly element: HTMLElement;
  add(comment: LiveComment, verdict: Verdict): void;
  /** Marks a comment of the viewer's that the room did not publish; it may come into the list later. */
  refuse(id: string): void;
}

const kKept = 200;
/** While somebody reads why, nothing moves: no row is dropped, up to here. */
const kKeptWhileRead = 400;

export function createChat(explain: Explain): Chat {
  const list = h("ol", { class: "comments", "data-testid": "chat-list" });
  bind(list, (texts) => texts.chat.title, "aria-label");
  const empty = bind(h("p", { class: "note chat-empty" }), (texts) => texts.chat.empty);
  const latest = h("button", { type: "button", class: "latest", hidden: true }, icon("down"));
  latest.append(bind(h("span"), (texts) => texts.chat.latest));
  const fold = h("button", {
    type: "button",
    class: "quiet fold",
    "aria-controls": "chat-body",
    "data-testid": "chat-fold",
  });
  const body = h(
    "div",
    { class: "chat-body", id: "chat-body" },
    empty,
    list,
    latest,
    bind(h("p", { class: "note" }), (texts) => texts.chat.public),
  );
  const element = h(
    "section",
    { class: "panel chat", "aria-labelledby": "chat-title", "data-testid": "chat" },
    h(
      "div",
      { class: "panel-head" },
      bind(h("h2", { id: "chat-title" }), (texts) => texts.chat.title),
      fold,
    ),
    body,
  );
  const bubble = createBubble(explain);
  element.append(bubble.element);

  const refused = new Set<string>();
  const markRefused = (item: HTMLElement) => {
    item.classList.add("refused");
    item.querySelector(".comment-line")?.append(h("span", { class: "note" }, t().chat.refused));
  };

  let open = true;
  let following = true;
  const renderFold = () => {
    body.hidden = !open;
    fold.setAttribute("aria-expanded", String(open));
    fold.replaceChildren(icon("fold"), open ? t().chat.hide : t().chat.show);
  };
  const toEnd = () => {
    list.scrollTop = list.scrollHeight;
    following = true;
    latest.hidden = true;
  };
  fold.addEventListener("click", () => {
    open = !open;
    bubble.hide();
    renderFold();
    if (open) toEnd();
  });
  latest.addEventListener("click", toEnd);
  list.addEventListener("scroll", () => {
    const end = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    // New comments below the one that is read about are no wish to stay behind.
    if (end || !bubble.line) following = end;
    if (following) latest.hidden = true;
  });
  list.addEventListener("wheel", () => bubble.hide(), { passive: true });
  list.addEventListener("touchmove", () => bubble.hide(), { passive: true });
  bubble.onHide(() => {
    if (following) toEnd();
  });
  const verdicts = new WeakMap<Element, Verdict>();
  const name = (item: Element) => {
    const verdict = verdicts.get(item);
    const [tag, sentiment] = [item.querySelector(".tag"), item.querySelector(".verdict")];
    if (!verdict || !tag || !sentiment) return;
    tag.textContent = tagOf(verdict);
    sentiment.textContent = verdict.sentiment.abstains ? t().judgement.unsure : headLabel("sentiment", verdict);
  };
  onLanguage(() => {
    renderFold();
    bubble.hide();
    for (const item of list.children) name(item);
  });

  const rows = () => [...list.querySelectorAll<HTMLButtonElement>(".comment-line")];
  let tabStop: HTMLButtonElement | null = null;
  const makeCurrent = (row: HTMLButtonElement) => {
    if (tabStop) tabStop.tabIndex = -1;
    tabStop = row;
    row.tabIndex = 0;
  };
  list.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1, Home: -kKept, End: kKept }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const all = rows();
    const now = all.indexOf(document.activeElement as HTMLButtonElement);
    const next = all[Math.min(Math.max(now + step, 0), all.length - 1)];
    if (!next) return;
    makeCurrent(next);
    next.focus();
  });

  return {
    element,
    add(comment, verdict) {
      empty.hidden = true;
      const line = h(
        "button",
        {
          type: "button",
          class: "comment-line",
          tabindex: "-1",
          "aria-expanded": "false",
          "aria-controls": bubble.element.id,
        },
        h("span", { class: "user" }, comment.user),
        h("span", { class: "text" }, comment.text),
        h("span", { class: "judged" }, h("span", { class: "verdict" }), h("span", { class: "tag" })),
      );
      const { label, abstains } = verdict.sentiment;
      const item = h(
        "li",
        {
          class: `comment ${abstains ? "neutral" : label}${comment.own ? " own" : ""}${isToxic(verdict) ? " toxic" : ""}`,
          "data-testid": "chat-comment",
          "data-id": comment.id,
        },
        line,
      );
      verdicts.set(item, verdict);
      name(item);
      if (refused.delete(comment.id)) markRefused(item);
      line.addEventListener("focus", () => makeCurrent(line));
      bubble.attach(line, comment, verdict);
      list.append(item);
      if (!list.contains(document.activeElement)) makeCurrent(line);
      trim(list, bubble.line ? kKeptWhileRead : kKept, bubble.line);
      if (bubble.line) return;
      if (following) list.scrollTop = list.scrollHeight;
      else latest.hidden = false;
    },
    refuse(id) {
      const item = list.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`);
      if (item) markRefused(item);
      else refused.add(id);
    },
  };
}

/** Drops the oldest rows, but none that the viewer reads. */
function trim(list: HTMLElement, kept: number, read: Element | null): void {
  for (const item of [...list.children].slice(0, Math.max(0, list.children.length - kept))) {
    if (!item.contains(document.activeElement) && !item.contains(read)) item.remove();
  }
}
