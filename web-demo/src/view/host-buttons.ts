// Buttons for what a room's host would do, to look at it. Only with `?debug&host`.

import type { OverlayApi } from "@sotto/live";
import { h } from "../dom.js";
import { bind, t } from "../language.js";
import type { Texts } from "../texts.js";

const kCrowd = 200;

export function createHostButtons(overlay: OverlayApi): HTMLElement {
  const button = (testId: string, label: (texts: Texts) => string, act: () => void) => {
    const element = bind(h("button", { type: "button", class: "quiet", "data-testid": testId }), label);
    element.addEventListener("click", act);
    return element;
  };
  let pinned = false;
  return h(
    "div",
    { class: "host-buttons", "data-testid": "host-buttons" },
    button(
      "host-notice",
      (texts) => texts.hosting.notice,
      () => overlay.notice(t().hosting.noticeText),
    ),
    button(
      "host-pin",
      (texts) => texts.hosting.pin,
      () => {
        pinned = !pinned;
        overlay.pin(pinned ? { text: t().hosting.pinText, user: t().hosting.host, role: "host" } : null);
      },
    ),
    button(
      "host-gift",
      (texts) => texts.hosting.gift,
      () => overlay.gift({ user: t().hosting.guest, name: t().hosting.giftName, image: "/room/products/p02.svg" }),
    ),
    button(
      "host-crowd",
      (texts) => texts.hosting.crowd(kCrowd),
      () => {
        for (let i = 1; i <= kCrowd; i++)
          overlay.push({ text: `${t().hosting.crowdText} ${i}`, user: t().hosting.guest });
      },
    ),
  );
}
