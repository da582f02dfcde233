// Buttons for what a room's host would do, to look at it. Only with `?debug`.

import type { OverlayApi } from "@sotto/live";
import { h } from "../dom.js";
import { bind, t } from "../language.js";
import type { Texts } from "../texts.js";

const kCrowd = 200;

export function createDebug(overlay: OverlayApi): HTMLElement {
  const button = (testId: string, label: (texts: Texts) => string, act: () => void) => {
    const element = bind(h("button", { type: "button", class: "quiet", "data-testid": testId }), label);
    element.addEventListener("click", act);
    return element;
  };
  let pinned = false;
  return h(
    "div",
    { class: "debug", "data-testid": "debug" },
    button(
      "debug-notice",
      (texts) => texts.debug.notice,
      () => overlay.notice(t().debug.noticeText),
    ),
    button(
      "debug-pin",
      (texts) => texts.debug.pin,
      () => {
        pinned = !pinned;
        overlay.pin(pinned ? { text: t().debug.pinText, user: t().debug.host, role: "host" } : null);
      },
    ),
    button(
      "debug-gift",
      (texts) => texts.debug.gift,
      () => overlay.gift({ user: t().debug.guest, name: t().debug.giftName, image: "/room/products/p02.svg" }),
    ),
    button(
      "debug-crowd",
      (texts) => texts.debug.crowd(kCrowd),
      () => {
        for (let i = 1; i <= kCrowd; i++) overlay.push({ text: `${t().debug.crowdText} ${i}`, user: t().debug.guest });
      },
    ),
  );
}
