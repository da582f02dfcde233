// A recording's time line with a curve of where it was talked about most. Hidden while there is nothing to seek in: a
// live stream keeps a few seconds only.

import { curve } from "../chart/curve.js";
import { HeatSeries } from "../chart/heat-series.js";
import { h, s } from "../dom.js";
import { bind, t } from "../language.js";

export interface Seekbar {
  readonly element: HTMLElement;
  /** A comment at this media time. */
  note(at: number): void;
}

/** Seconds that can be sought in, at least, for the line to be of use. */
const kLeastSpan = 60;
const kWidth = 600;
const kHeight = 24;
const kPoints = 100;

const clock = (seconds: number) => {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  return `${hours ? `${hours}:` : ""}${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
};

export function createSeekbar(video: HTMLVideoElement): Seekbar {
  const heat = new HeatSeries();
  const line = s("path", {});
  const picture = s(
    "svg",
    { class: "heat", viewBox: `0 0 ${kWidth} ${kHeight}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    line,
  );
  const input = h("input", { type: "range", min: 0, max: 0, step: "any", "data-testid": "seek" });
  bind(input, (texts) => texts.player.seek, "aria-label");
  const time = h("span", { class: "figure" });
  const element = h("div", { class: "seekbar", hidden: true }, h("div", { class: "seek-line" }, picture, input), time);

  let drawn = -1;
  const render = () => {
    const { seekable } = video;
    const from = seekable.length > 0 ? seekable.start(0) : 0;
    const to = seekable.length > 0 ? seekable.end(seekable.length - 1) : 0;
    element.hidden = to - from < kLeastSpan;
    if (element.hidden) return;
    input.min = String(from);
    input.max = String(to);
    if (!input.matches(":active")) input.value = String(video.currentTime);
    const position = t().player.position(clock(video.currentTime - from), clock(to - from));
    time.textContent = position;
    input.setAttribute("aria-valuetext", position);
    if (drawn === heat.count) return;
    drawn = heat.count;
    const heights = heat.points(from, to, kPoints).map((share) => kHeight * (1 - share));
    line.setAttribute("d", `${curve(heights, kWidth)}V${kHeight}H0Z`);
  };
  input.addEventListener("input", () => {
    video.currentTime = Number(input.value);
  });
  setInterval(render, 500);
  return {
    element,
    note: (at) => heat.add(at),
  };
}
