// The mood of the room: its mean over the last minutes with the band within which it lies, when it changed, and what it
// is now. Everything comes from the session's summary; nothing is counted here.

import type { CommentSummary } from "@sotto/live";
import { between, smooth } from "../chart/curve.js";
import { kSure, type MoodPoint, type MoodShape, moodShape } from "../chart/mood-shape.js";
import { h, prefersReducedMotion, s } from "../dom.js";
import { formatNumber, formatSigned } from "../format.js";
import { icon } from "../icons.js";
import { bind, onLanguage, t } from "../language.js";
import type { Texts } from "../texts.js";
import type { Clock } from "./clock.js";

export interface Mood {
  readonly element: HTMLElement;
  show(summary: CommentSummary): void;
}

const kWidth = 600;
const kHeight = 120;
const kMiddle = kHeight / 2;
/** The mean that reaches the edge, at least. */
const kLeastScale = 0.4;
/** From this mean on, the room is not merely calm. */
const kMoved = 0.08;

function word(mean: number, comments: number): keyof Texts["mood"]["words"] {
  if (comments === 0) return "silent";
  if (mean >= 0.35) return "glowing";
  if (mean >= kMoved) return "warm";
  if (mean > -kMoved) return "even";
  return mean > -0.35 ? "cool" : "cold";
}

/** A gradient from praise above the middle to complaint below it. */
function tone(id: string): SVGElement {
  return s(
    "linearGradient",
    { id, gradientUnits: "userSpaceOnUse", x1: 0, x2: 0, y1: 0, y2: kHeight },
    s("stop", { class: "tone-positive", offset: "0.4" }),
    s("stop", { class: "tone-even", offset: "0.5" }),
    s("stop", { class: "tone-negative", offset: "0.6" }),
  );
}

export function createMood(clock: Clock): Mood {
  const burst = s("rect", { class: "mood-burst", y: 0, height: kHeight, visibility: "hidden" });
  const bands = s("path", { class: "mood-band", fill: "url(#mood-tone)" });
  const line = s("path", { class: "mood-line", stroke: "url(#mood-tone)" });
  const chart = s(
    "svg",
    { viewBox: `0 0 ${kWidth} ${kHeight}`, preserveAspectRatio: "none", role: "img", "data-testid": "mood-chart" },
    s("defs", {}, tone("mood-tone")),
    burst,
    s("line", { class: "mood-axis", x1: 0, x2: kWidth, y1: kMiddle, y2: kMiddle }),
    bands,
    line,
  );
  const now = h("span", { class: "mood-dot", hidden: true });
  const cursor = h("span", { class: "mood-cursor", hidden: true });
  const changes = h("ul", { class: "mood-changes", "data-testid": "mood-changes" });
  const plot = h("div", { class: "mood-plot", tabindex: 0, role: "application" }, chart, cursor, now, changes);
  bind(plot, (texts) => texts.mood.plot, "aria-label");
  const ago = h("span");
  const readout = h("output", { class: "mood-readout figure", "data-testid": "mood-readout" });

  const wordText = h("strong", { class: "mood-word", "data-testid": "mood-word" });
  const figure = h("span", { class: "figure mood-balance", "data-testid": "mood-mean" });
  bind(figure, (texts) => texts.mood.figureAbout, "title");
  const count = { positive: h("dd"), neutral: h("dd"), negative: h("dd") };
  const legend = h("dl", { class: "mood-counts" });
  for (const label of ["positive", "neutral", "negative"] as const) {
    const row = h(
      "div",
      { class: label },
      bind(h("dt"), (texts) => texts.mood[label]),
      count[label],
    );
    count[label].dataset.testid = `mood-${label}`;
    legend.append(row);
  }
  const element = h(
    "section",
    { class: "panel mood", "aria-labelledby": "mood-title", "data-testid": "mood" },
    h(
      "div",
      { class: "mood-head" },
      bind(h("h2", { id: "mood-title" }), (texts) => texts.mood.title),
      h("p", { class: "mood-now" }, wordText, figure),
      bind(h("p", { class: "note" }), (texts) => texts.mood.local),
    ),
    h(
      "div",
      { class: "mood-chart" },
      plot,
      h(
        "div",
        { class: "mood-scale" },
        h("span", { "aria-hidden": "true" }, ago),
        readout,
        bind(h("span", { "aria-hidden": "true" }), (texts) => texts.mood.now),
      ),
    ),
    legend,
  );

  let summary: CommentSummary | null = null;
  let shape: MoodShape = { seconds: 60, runs: [], changes: [], burst: null };
  let scale = kLeastScale;
  let pointed: number | null = null; // the begin of the bucket that is read out

  const y = (value: number) => kMiddle - Math.max(-1, Math.min(1, value / scale)) * (kMiddle - 4);
  const points = () => shape.runs.flat();

  const describeChange = ({ at, from, to }: CommentSummary["mood"]["changes"][number]) => {
    const texts = t().mood;
    return (to > from ? texts.rose : texts.fell)(clock(at), formatSigned(from), formatSigned(to));
  };
  const describe = ({ bucket }: MoodPoint) => {
    const { begin, mean, error, comments } = bucket;
    const said = t().mood.bucket(clock(begin), formatSigned(mean), formatNumber(kSure * error, 2), comments);
    const change = shape.changes.findLast((one) => one.change.at >= begin && one.change.at < begin + 10);
    return change ? `${said} · ${describeChange(change.change)}` : said;
  };

  const renderReadout = () => {
    const point = points().find(({ bucket }) => bucket.begin === pointed);
    cursor.hidden = !point;
    if (point) cursor.style.left = `${100 * point.x}%`;
    const latest = shape.changes.at(-1);
    readout.textContent = point ? describe(point) : latest ? describeChange(latest.change) : "";
  };

  const renderChanges = () => {
    const marks = shape.changes.map(({ x, change }) => {
      const rose = change.to > change.from;
      const mark = h(
        "li",
        { class: rose ? "rose" : "fell", title: describeChange(change) },
        icon(rose ? "rise" : "fall"),
        h("span", { class: "sr-only" }, describeChange(change)),
      );
      mark.style.left = `${100 * x}%`;
      return mark;
    });
    changes.replaceChildren(...marks);
  };

  const renderChart = () => {
    const reach = Math.max(
      kLeastScale,
      ...points().map(({ mean, low, high }) => Math.max(Math.abs(mean) * 1.2, 0.7 * Math.max(Math.abs(low), high))),
    );
    // The scale follows without a jump.
    scale += (Math.min(1, reach) - scale) * (prefersReducedMotion() ? 1 : 0.35);
    let lines = "";
    let areas = "";
    for (const run of shape.runs) {
      const drawn = run.length > 1 ? run : run.flatMap((p) => [{ ...p, x: p.x - 0.006 }, p]);
      const along = (value: (p: MoodPoint) => number) => drawn.map((p) => ({ x: p.x * kWidth, y: y(value(p)) }));
      lines += smooth(along((p) => p.mean));
      areas += between(
        along((p) => p.high),
        along((p) => p.low),
      );
    }
    line.setAttribute("d", lines);
    bands.setAttribute("d", areas);
    burst.setAttribute("visibility", shape.burst === null ? "hidden" : "visible");
    if (shape.burst !== null) {
      burst.setAttribute("x", String(shape.burst * kWidth));
      burst.setAttribute("width", String((1 - shape.burst) * kWidth));
    }
    const last = points().at(-1);
    now.hidden = last?.x !== 1;
    if (last) now.style.top = `${(100 * y(last.mean)) / kHeight}%`;
  };

  const render = () => {
    const texts = t().mood;
    const { mean = 0, error = 0, positive = 0, neutral = 0, negative = 0 } = summary?.mood ?? {};
    const counts = { positive, neutral, negative };
    const comments = Math.round(positive + neutral + negative);
    const name = texts.words[word(mean, comments)];
    wordText.textContent = name;
    figure.textContent = comments === 0 ? "" : texts.figure(formatSigned(mean), formatNumber(kSure * error, 2));
    element.dataset.mood = mean >= kMoved ? "positive" : mean <= -kMoved ? "negative" : "neutral";
    for (const label of ["positive", "neutral", "negative"] as const) {
      count[label].textContent = formatNumber(counts[label]);
    }
    ago.textContent = texts.ago(Math.round(shape.seconds));
    chart.setAttribute(
      "aria-label",
      texts.alternative(name, formatSigned(mean), Math.round(positive), Math.round(neutral), Math.round(negative)),
    );
    renderChart();
    renderChanges();
    renderReadout();
  };

  const pointAt = (point: MoodPoint | undefined) => {
    pointed = point?.bucket.begin ?? null;
    renderReadout();
  };
  plot.addEventListener("pointermove", (event) => {
    const box = plot.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    const nearest = points().reduce<MoodPoint | undefined>(
      (best, one) => (!best || Math.abs(one.x - x) < Math.abs(best.x - x) ? one : best),
      undefined,
    );
    pointAt(nearest);
  });
  plot.addEventListener("pointerleave", () => pointAt(undefined));
  plot.addEventListener("blur", () => pointAt(undefined));
  plot.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: Number.NEGATIVE_INFINITY, End: Number.POSITIVE_INFINITY }[
      event.key
    ];
    if (step === undefined) return;
    event.preventDefault();
    const all = points();
    const at = pointed === null ? all.length : all.findIndex(({ bucket }) => bucket.begin === pointed);
    pointAt(all[Math.max(0, Math.min(all.length - 1, at + step))]);
  });
  onLanguage(render);

  return {
    element,
    show(next) {
      summary = next;
      shape = moodShape(next);
      render();
    },
  };
}
