// The foot of the page: hills under the moon, and one honest sentence.

import { h, s } from "../dom.js";
import { bind } from "../language.js";

export function createFooter(): HTMLElement {
  const hills = s(
    "svg",
    { class: "hills", viewBox: "0 0 1440 150", preserveAspectRatio: "xMidYMax slice", "aria-hidden": "true" },
    s("circle", { class: "moon", cx: 1130, cy: 46, r: 22 }),
    s("path", {
      class: "hill far",
      d: "M0 96C120 66 210 52 320 76S520 118 640 84 860 34 990 66s180 52 270 34 120-36 180-30v80H0Z",
    }),
    s("path", {
      class: "hill middle",
      d: "M0 122c90-30 190-44 300-20s190 30 310 4 220-46 340-20 200 40 300 18 130-30 190-22v70H0Z",
    }),
    s("path", { class: "hill near", d: "M0 138c140-26 280-26 420-8s300 16 460-4 330-18 560 2v26H0Z" }),
  );
  return h(
    "footer",
    { class: "foot" },
    hills,
    h(
      "div",
      { class: "foot-text" },
      bind(h("p"), (texts) => texts.room.footer),
      bind(h("p", { class: "note" }), (texts) => texts.room.footerNote),
    ),
  );
}
