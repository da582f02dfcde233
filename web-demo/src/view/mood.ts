// The mood meter: praise above the line, complaint below it, over the last minutes, from verdicts of this device only.

import type { Sentiment } from "@sotto/live";
import { curve } from "../chart/curve.js";
import { MoodSeries } from "../chart/mood-series.js";
import { h, s } from "../dom.js";
import { formatNumber, formatSigned } from "../format.js";
import { bind, onLanguage, t } from "../language.js";
import type { Texts } from "../texts.js";

export interface Mood {
  readonly element: HTMLElement;
  add(sentiment: Sentiment): void;
}

const kWindowMs = 180_000;
const kWidth = 600;
const kHeight = 88;
const kMiddle = kHeight / 2;
/** The weight of praise in one bucket that fills half of the height, at least. */
const kFullScale = 3;

function word(balance: number, total: number): keyof Texts["mood"]["words"] {
  if (total === 0) return "silent";
  if (balance >= 0.5) return "glowing";
  if (balance >= 0.15) return "warm";
  if (balance > -0.15) return "even";
  return balance > -0.5 ? "cool" : "cold";
}

export function createMood(): Mood {
  const series = new MoodSeries({ windowMs: kWindowMs, bucketMs: 3000 });
  const praise = s("path", { class: "mood-positive" });
  const complaint = s("path", { class: "mood-negative" });
  const praiseLine = s("path", { class: "mood-line positive" });
  const complaintLine = s("path", { class: "mood-line negative" });
  const chart = s(
    "svg",
    { viewBox: `0 0 ${kWidth} ${kHeight}`, preserveAspectRatio: "none", role: "img", "data-testid": "mood-chart" },
    praise,
    complaint,
    praiseLine,
    complaintLine,
    s("line", { class: "mood-axis", x1: 0, x2: kWidth, y1: kMiddle, y2: kMiddle }),
  );
  const wordText = h("strong", { class: "mood-word", "data-testid": "mood-word" });
  const figure = h("span", { class: "figure mood-balance" });
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
      chart,
      h(
        "div",
        { class: "mood-scale", "aria-hidden": "true" },
        bind(h("span"), (texts) => texts.mood.ago),
        bind(h("span"), (texts) => texts.mood.now),
      ),
    ),
    legend,
  );

  const render = () => {
    const now = Date.now();
    const counts = series.counts(now);
    const balance = series.balance(now);
    const name = t().mood.words[word(balance, counts.positive + counts.neutral + counts.negative)];
    wordText.textContent = name;
    figure.textContent = formatSigned(balance * 100, 0);
    element.dataset.mood = balance >= 0.15 ? "positive" : balance <= -0.15 ? "negative" : "neutral";
    for (const label of ["positive", "neutral", "negative"] as const) {
      count[label].textContent = formatNumber(counts[label]);
    }
    chart.setAttribute("aria-label", t().mood.alternative(name, counts.positive, counts.neutral, counts.negative));

    const points = series.points(now);
    const scale = (kMiddle - 4) / Math.max(kFullScale, ...points.map((p) => Math.max(p.positive, p.negative)));
    const up = curve(
      points.map((p) => kMiddle - p.positive * scale),
      kWidth,
    );
    const down = curve(
      points.map((p) => kMiddle + p.negative * scale),
      kWidth,
    );
    praiseLine.setAttribute("d", up);
    complaintLine.setAttribute("d", down);
    praise.setAttribute("d", `${up}L${kWidth} ${kMiddle}L0 ${kMiddle}Z`);
    complaint.setAttribute("d", `${down}L${kWidth} ${kMiddle}L0 ${kMiddle}Z`);
  };
  onLanguage(render);
  setInterval(render, 1000);

  return { element, add: (sentiment) => series.add(sentiment, Date.now()) };
}
