// The page's few icons, drawn on a 24 by 24 grid with one stroke. They say nothing to a screen reader: the button does.

import { s } from "./dom.js";

const kPaths = {
  play: "M8 5.5v13l10.5-6.5z",
  pause: "M8.5 5.5v13M15.5 5.5v13",
  sound: "M4.5 9.5v5h3.5l4.5 3.8V5.7L8 9.5zM16 9.2a4 4 0 0 1 0 5.6M18.6 6.6a7.7 7.7 0 0 1 0 10.8",
  muted: "M4.5 9.5v5h3.5l4.5 3.8V5.7L8 9.5zM16.2 9.7l4.6 4.6M20.8 9.7l-4.6 4.6",
  settings: "M5 7.5h7M16 7.5h3M5 16.5h3M12 16.5h7M14 5.3v4.4M10 14.3v4.4",
  fullscreen: "M9 4.5H4.5V9M15 4.5h4.5V9M9 19.5H4.5V15M15 19.5h4.5V15",
  shrink: "M4.5 9H9V4.5M19.5 9H15V4.5M4.5 15H9v4.5M19.5 15H15v4.5",
  bullet: "M4.5 6.5h15v9.5h-8l-4 3.2V16h-3zM8 10h8M8 13h5",
  send: "M4.5 12 19.5 5l-4.6 14-3.4-5.6zM11.5 13.4 19.5 5",
  add: "M12 6v12M6 12h12",
  done: "M5.5 12.5l4.3 4.3 8.7-9.3",
  close: "M6.5 6.5l11 11M17.5 6.5l-11 11",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  fold: "M6.5 9.5l5.5 5.5 5.5-5.5",
  shield: "M12 3.8l7 2.6v5.2c0 4.2-2.9 7.2-7 8.6-4.1-1.4-7-4.4-7-8.6V6.4zM9 12l2.2 2.2L15.2 10",
  alert: "M12 4.2 3.6 19h16.8zM12 9.8v4.4M12 16.6h.01",
  heart: "M12 19.5 5.2 12.7a4.3 4.3 0 0 1 6.1-6.1l.7.7.7-.7a4.3 4.3 0 0 1 6.1 6.1z",
  type: "M6.8 15.5 12 4.5l5.2 11M8.7 11.5h6.6M5 19.5h14",
  upload: "M12 18.5v-13M6.5 11 12 5.5l5.5 5.5",
  down: "M12 5.5v13M6.5 13l5.5 5.5 5.5-5.5",
  rise: "M6.5 17.5l11-11M9 6.5h8.5V15",
  fall: "M6.5 6.5l11 11M17.5 9v8.5H9",
  burst: "M13.2 3.5 5.5 13.5h5l-.8 7 7.8-10.2h-5.2z",
} as const;

export type IconName = keyof typeof kPaths;

export function icon(name: IconName): SVGSVGElement {
  return s(
    "svg",
    { class: `icon icon-${name}`, viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" },
    s("path", { d: kPaths[name] }),
  );
}
