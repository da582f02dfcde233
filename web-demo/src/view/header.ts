// The top of the page: whose room this is, whether it is live, and the language.

import { h } from "../dom.js";
import { formatNumber } from "../format.js";
import { icon } from "../icons.js";
import { bind, language, localText, onLanguage, setLanguage, t } from "../language.js";

export type Presence = "connecting" | "open" | "reconnecting" | "offline" | "failed";

export interface Header {
  readonly element: HTMLElement;
  setTitle(title: { zh: string; en: string }): void;
  /** How the connection to the room is; said politely to screen readers when it changes. */
  setPresence(presence: Presence): void;
  /** How many bytes of contributions were sent, all in all. */
  setBytesSent(bytes: number): void;
}

export function createHeader(): Header {
  const skip = bind(h("a", { class: "skip", href: "#shelf" }), (t) => t.room.skip);
  const mark = h("img", { class: "mark", src: "/sotto.svg", alt: "", width: 30, height: 30 });
  const name = h("span", { class: "name", lang: "en" }, "Sotto");
  const title = h("h1", { class: "room-title", "data-testid": "room-title" });
  const presenceText = h("span", { class: "presence-text" });
  const presence = h(
    "p",
    { class: "presence", role: "status", "data-testid": "presence" },
    h("span", { class: "dot", "aria-hidden": "true" }),
    presenceText,
  );
  const leftText = h("span", { class: "figure" });
  const left = h("a", { class: "left-link", href: "#ledger", "data-testid": "left-link" }, icon("shield"), leftText);
  bind(left, (texts) => texts.room.leftAbout, "title");
  const switcher = h("button", { type: "button", class: "quiet language", "data-testid": "language" });
  bind(switcher, (t) => t.room.otherLanguage);
  bind(switcher, (t) => t.room.switchLanguage, "aria-label");
  switcher.addEventListener("click", () => setLanguage(language() === "zh" ? "en" : "zh"));
  onLanguage(() => switcher.setAttribute("lang", language() === "zh" ? "en" : "zh-CN"));

  let roomTitle = { zh: "", en: "" };
  let state: Presence = "connecting";
  let bytesSent = 0;
  const render = () => {
    title.textContent = localText(roomTitle);
    document.title = roomTitle.zh === "" ? "Sotto" : `${localText(roomTitle)} · Sotto`;
    presence.dataset.state = state;
    presenceText.textContent = state === "open" ? t().room.live : t().connection[state];
    leftText.textContent = t().room.left(formatNumber(bytesSent));
  };
  onLanguage(render);

  return {
    element: h(
      "header",
      { class: "top" },
      skip,
      h("div", { class: "brand" }, mark, name),
      title,
      presence,
      left,
      switcher,
    ),
    setTitle(next) {
      roomTitle = next;
      render();
    },
    setPresence(next) {
      state = next;
      render();
    },
    setBytesSent(bytes) {
      bytesSent = bytes;
      render();
    },
  };
}
