// A report under split trust, share by share: who gets what, how large it is, that each alone looks like noise, and
// every byte.

import type { LedgerEntry, SealedShare, SplitReport } from "@sotto/live";
import { createBytePicture, statisticsOf } from "../chart/byte-picture.js";
import { renderHex } from "../chart/hex.js";
import { h } from "../dom.js";
import { formatNumber } from "../format.js";
import { icon } from "../icons.js";
import { t } from "../language.js";

/** Bytes that stand open; the rest unfolds, and of a large share as much as a page can hold. */
const kFirst = 64;
const kMost = 8192;
/** Three shares stand side by side where there is room. */
const kColumns = 8;

/** Says that nothing is split, wherever both aggregators have one operator. */
export function renderOneOperator(): HTMLElement {
  return h("p", { class: "one-operator", "data-testid": "one-operator" }, icon("alert"), t().split.oneOperator);
}

export function renderSplitReport(entry: LedgerEntry, report: SplitReport): HTMLElement {
  const texts = t().split;
  const { leader, helper, publicShare } = report;
  const body = h("div", { class: "contribution-body split" });
  if (report.oneOperator) body.append(renderOneOperator());
  body.append(h("p", { class: "note" }, texts.about(leader.operator, helper.operator)));
  if (entry.budget) {
    const { beforeRho, afterRho, limitRho } = entry.budget;
    const number = (rho: number) => formatNumber(rho, 3);
    body.append(
      h(
        "p",
        { class: "note figure", "data-testid": "split-budget" },
        texts.price(number(entry.rho), number(beforeRho), number(afterRho), number(limitRho)),
      ),
    );
  }
  body.append(
    h(
      "div",
      { class: "shares" },
      renderPart("leader", texts.leaderShare, texts.leaderAbout(leader.operator), leader.plaintext),
      renderPart("helper", texts.helperShare, texts.helperAbout(helper.operator), helper.plaintext),
      renderPart("public", texts.publicShare, texts.publicAbout, publicShare),
    ),
    h("h4", {}, texts.sealed),
    h("p", { class: "note" }, texts.sealedAbout(formatNumber(entry.bytes.length))),
    h(
      "div",
      { class: "shares" },
      renderPart("sealed-leader", texts.sealedFor(leader.operator), keyOf(leader), leader.ciphertext),
      renderPart("sealed-helper", texts.sealedFor(helper.operator), keyOf(helper), helper.ciphertext),
    ),
  );
  return body;
}

const keyOf = ({ configId, url }: SealedShare) => t().split.key(configId, url);

function renderPart(part: string, name: string, about: string, bytes: Uint8Array): HTMLElement {
  const texts = t().split;
  const section = h(
    "section",
    { class: "share", "data-testid": `share-${part}` },
    h(
      "div",
      { class: "share-head" },
      h("h4", {}, name),
      h("span", { class: "figure share-size" }, `${formatNumber(bytes.length)} ${t().ledger.bytes}`),
    ),
    h("p", { class: "note" }, about),
  );
  if (bytes.length === 0) return section;
  const { mean, ones } = statisticsOf(bytes);
  const statistics = texts.statistics(formatNumber(mean, 1), formatNumber(100 * ones, 1));
  section.append(
    h(
      "div",
      { class: "share-noise" },
      createBytePicture(bytes, `${texts.picture(name)} ${statistics}`),
      h("p", { class: "note figure" }, statistics),
    ),
    renderHex(bytes.subarray(0, kFirst), [], { label: texts.firstBytes(name), columns: kColumns }),
  );
  if (bytes.length > kFirst) section.append(renderRest(name, bytes));
  return section;
}

/** Made when it is opened first. */
function renderRest(name: string, bytes: Uint8Array): HTMLElement {
  const texts = t().split;
  const shown = Math.min(bytes.length, kMost);
  const rest = h("details", { class: "share-rest" }, h("summary", {}, texts.rest(formatNumber(bytes.length - kFirst))));
  rest.addEventListener("toggle", () => {
    if (!rest.open || rest.querySelector(".hex")) return;
    rest.append(renderHex(bytes.subarray(0, shown), [], { label: texts.allBytes(name), columns: kColumns }));
    if (shown < bytes.length) rest.append(h("p", { class: "note" }, texts.cut(formatNumber(shown))));
  });
  return rest;
}
