// One contribution in the ledger: its state and cost, the numbers as a picture, and every byte.

import type { LedgerEntry, Product, TaskReference } from "@sotto/live";
import { renderHex } from "../chart/hex.js";
import { createPairMatrix } from "../chart/pair-matrix.js";
import { h } from "../dom.js";
import { formatDelta, formatNumber, formatTime } from "../format.js";
import { localText, t } from "../language.js";
import { decodeUpdate, type UpdatePart } from "../update-bytes.js";
import { renderSplitReport } from "./split-report.js";

export interface ContributionContext {
  product(id: string): Product | undefined;
  task(id: string): TaskReference | undefined;
  /** The products that were encoded, where this page knows them for certain; never sent. */
  encoded: readonly string[] | undefined;
}

export function renderContribution(
  entry: LedgerEntry,
  context: ContributionContext,
  open: boolean,
): HTMLDetailsElement {
  const texts = t().ledger;
  const details = h("details", {
    class: `contribution ${entry.state}`,
    "data-testid": "contribution",
    "data-state": entry.state,
    "data-id": entry.id,
    open,
  });
  details.append(
    h(
      "summary",
      {},
      h("span", { class: `state ${entry.state}` }, texts.state[entry.state]),
      fact(texts.time, formatTime(entry.at)),
      fact(texts.size, `${formatNumber(entry.bytes.length)} ${texts.bytes}`),
      fact(texts.task, entry.task),
      fact(texts.cost, texts.costOf(formatNumber(entry.epsilon, 2), formatDelta(entry.delta))),
    ),
  );
  if (entry.error) {
    details.append(h("p", { class: "entry-error" }, `${entry.error.message} ${entry.error.hint}`.trim()));
  }
  if (entry.report) {
    const note = t().split.sent[entry.state](entry.report.leader.operator);
    details.append(h("p", { class: "entry-note", "data-testid": "sent" }, note));
  }
  // The picture and the dump are made when they are first seen.
  const fill = () => {
    if (details.open && !details.querySelector(".contribution-body")) {
      details.append(entry.report ? renderSplitReport(entry, entry.report) : renderBody(entry, context));
    }
  };
  details.addEventListener("toggle", fill);
  fill();
  return details;
}

/** Sixteen bytes a line where they fit. */
function hexColumns(): number {
  return matchMedia("(max-width: 719px)").matches ? 8 : 16;
}

function fact(name: string, value: string): HTMLElement {
  return h(
    "span",
    { class: "fact" },
    h("span", { class: "fact-name" }, `${name} `),
    h("span", { class: "figure" }, value),
  );
}

function renderBody(entry: LedgerEntry, context: ContributionContext): HTMLElement {
  const texts = t().ledger;
  const decoded = decodeUpdate(entry.bytes);
  const body = h("div", { class: "contribution-body" });
  if (decoded) body.append(renderNumbers(entry, context, decoded.entries));
  const legend = h("ul", { class: "hex-legend" });
  for (const section of decoded?.sections ?? []) {
    legend.append(h("li", { class: `hex-${section.part}` }, texts.parts[section.part as UpdatePart]));
  }
  body.append(
    h(
      "section",
      {},
      h("h4", {}, texts.exact),
      renderHex(entry.bytes, decoded?.sections ?? [], {
        label: `${texts.exact}. ${texts.exactLabel}`,
        columns: hexColumns(),
      }),
      legend,
    ),
  );
  return body;
}

function renderNumbers(entry: LedgerEntry, context: ContributionContext, entries: Int16Array): HTMLElement {
  const texts = t().ledger;
  const name = (index: number) => {
    const id = entry.items[index] ?? "";
    const product = context.product(id);
    return product ? localText(product.title) : id;
  };
  const matrix = createPairMatrix(entries, entry.items.length, {
    label: texts.numbersLabel(entry.items.length),
    hint: texts.cellHint,
    describe: ({ row, column, value }) => {
      const number = value < 0 ? `−${-value}` : String(value);
      return row === column ? texts.cellSame(name(row), number) : texts.cell(name(row), name(column), number);
    },
  });
  const section = h("section", {}, h("h4", {}, texts.numbers), matrix.element);
  const task = context.task(entry.task);
  if (task?.trust === "local") {
    const sigma = formatNumber(Math.sqrt(task.sigmaSquaredNumerator / task.sigmaSquaredDenominator), 1);
    section.append(h("p", { class: "note" }, texts.numbersAbout(entry.items.length, sigma)));
  }
  const encoded = context.encoded?.map((id) => entry.items.indexOf(id)).filter((index) => index >= 0);
  if (encoded && encoded.length > 0) {
    const mine = h("input", { type: "checkbox" });
    mine.addEventListener("change", () => matrix.mark(mine.checked ? encoded : []));
    section.append(h("label", { class: "check" }, mine, texts.mine));
  }
  return section;
}
