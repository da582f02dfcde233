// The comments as a list: newest at the bottom, each with its verdict, and the reason for it when asked.
// One tab stop: the arrow keys walk the list, Enter asks why.

import type { Explanation, LiveComment, Sentiment } from "@sotto/live";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { bind, onLanguage, t } from "../language.js";
import { renderEvidence } from "./evidence.js";

export interface Chat {
  readonly element: HTMLElement;
  add(comment: LiveComment, sentiment: Sentiment): void;
  /** Marks a comment of the viewer's that the room did not publish; it may come into the list later. */
  refuse(id: string): void;
}

const kKept = 200;

export function createChat(explain: (text: string) => Promise<Explanation>): Chat {
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
    renderFold();
    if (open) toEnd();
  });
  latest.addEventListener("click", toEnd);
  list.addEventListener("scroll", () => {
    following = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    if (following) latest.hidden = true;
  });
  onLanguage(() => {
    renderFold();
    for (const row of list.querySelectorAll<HTMLElement>("[data-label]")) nameVerdict(row);
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

  async function toggleWhy(item: HTMLElement, line: HTMLButtonElement, comment: LiveComment): Promise<void> {
    const shown = item.querySelector(".evidence");
    line.setAttribute("aria-expanded", String(!shown));
    if (shown) {
      shown.remove();
      return;
    }
    let answer: HTMLElement;
    try {
      answer = renderEvidence(comment.text, await explain(comment.text));
    } catch {
      answer = h("p", { class: "evidence note" }, t().problem.other);
    }
    if (line.getAttribute("aria-expanded") === "true" && !item.querySelector(".evidence")) {
      item.append(answer);
      item.scrollIntoView({ block: "nearest" });
    }
  }

  return {
    element,
    add(comment, sentiment) {
      empty.hidden = true;
      const verdict = h("span", { class: "verdict", "data-label": sentiment.label });
      nameVerdict(verdict);
      const line = h(
        "button",
        { type: "button", class: "comment-line", tabindex: "-1", "aria-expanded": "false" },
        h("span", { class: "user" }, comment.user),
        h("span", { class: "text" }, comment.text),
        verdict,
      );
      const item = h(
        "li",
        {
          class: `comment ${sentiment.label}${comment.own ? " own" : ""}`,
          "data-testid": "chat-comment",
          "data-id": comment.id,
        },
        line,
      );
      if (refused.delete(comment.id)) markRefused(item);
      line.addEventListener("click", () => {
        makeCurrent(line);
        void toggleWhy(item, line, comment);
      });
      list.append(item);
      if (!list.contains(document.activeElement)) makeCurrent(line);
      trim(list);
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

function nameVerdict(element: HTMLElement): void {
  const label = element.dataset.label as Sentiment["label"];
  element.textContent = t().chat.verdict[label];
}

/** Drops the oldest rows, but none that the viewer reads. */
function trim(list: HTMLElement): void {
  for (const item of [...list.children].slice(0, Math.max(0, list.children.length - kKept))) {
    if (!item.contains(document.activeElement) && !item.querySelector(".evidence")) item.remove();
  }
}
