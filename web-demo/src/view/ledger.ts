// "What left this device": the consent switch, the privacy budget, each contribution to the byte, the models that came
// back, what is protected and what is not, and the way to forget.

import type { BudgetState, Consent, LedgerEntry, Product, TaskReference } from "@sotto/live";
import { h } from "../dom.js";
import { formatDelta, formatNumber } from "../format.js";
import { icon } from "../icons.js";
import { bind, localText, onLanguage, t } from "../language.js";
import { bytesSent, sentEntries } from "../sent.js";
import { createAsked } from "./asked.js";
import { createConfirm } from "./confirm.js";
import { renderContribution } from "./contribution.js";

/** Everything the panel shows. */
export interface LedgerState {
  consent: Consent;
  products: readonly Product[];
  tasks: readonly TaskReference[];
  /** What one contribution costs, by task id, as this device computed it. */
  prices: ReadonlyMap<string, { rho: number; epsilon: number; delta: number }>;
  budget: BudgetState | null;
  /** Newest first. */
  entries: readonly LedgerEntry[];
  /** By entry id: the products encoded, where the page knows them for certain. */
  encoded: ReadonlyMap<string, readonly string[]>;
  /** Versions in use by model id. */
  models: ReadonlyMap<string, string>;
  /** The shelf before and after the newest round's model, ids by place; null before the first one. */
  change: { before: readonly string[]; after: readonly string[] } | null;
}

export interface Ledger {
  readonly element: HTMLElement;
  render(state: LedgerState): void;
  onConsent(set: (granted: boolean) => void): void;
  onForget(forget: () => Promise<void>): void;
  /** What would be sent for a task, made on request. */
  onPreview(preview: (task: string) => Promise<LedgerEntry>): void;
  /** As its own button does: forgets only after a yes. */
  askToForget(): void;
}

/** Places of the shelf whose change is worth telling. */
const kToldPlaces = 6;
const kToldChanges = 3;

export function createLedger(): Ledger {
  const consentSwitch = h("button", {
    type: "button",
    class: "switch",
    role: "switch",
    "aria-labelledby": "consent-label",
    "aria-describedby": "consent-about",
    "data-testid": "consent",
  });
  consentSwitch.append(h("span", { class: "thumb-knob", "aria-hidden": "true" }));
  const consentAbout = h("p", { class: "about", id: "consent-about" });
  const consentStatus = h("p", { class: "consent-status", role: "status", "data-testid": "consent-status" });

  const bytes = h("strong", { class: "figure big", "data-testid": "bytes-sent" });
  const bytesUnit = h("span", { class: "unit" });
  const sent = h("p", { class: "note" });
  const bar = h("div", { class: "meter-fill" });
  const meter = h("div", { class: "meter", role: "meter", "aria-valuemin": 0, "data-testid": "budget" }, bar);
  bind(meter, (texts) => texts.ledger.budget, "aria-label");
  const budgetText = h("p", { class: "figure budget-text" });
  const epsilonText = h("p", { class: "note figure" });

  const entries = h("div", { class: "contribution-list", "data-testid": "contributions" });
  const nothing = h("p", { class: "note" });
  const models = h("dl", { class: "models", "data-testid": "models" });
  const changes = h("div", { class: "changes", role: "status", "data-testid": "changes" });
  const protectedList = h("ul", { class: "protected" });
  const exposedList = h("ul", { class: "exposed" });
  const forgetButton = h("button", { type: "button", class: "danger", "data-testid": "forget" });
  bind(forgetButton, (texts) => texts.ledger.forget);
  const confirm = createConfirm();
  const asked = createAsked();

  const heading = <K extends "h2" | "h3">(tag: K, text: Parameters<typeof bind>[1], id?: string) =>
    bind(h(tag, { id }), text);

  const element = h(
    "section",
    { class: "panel ledger", id: "ledger", "aria-labelledby": "ledger-title", "data-testid": "ledger" },
    h(
      "div",
      { class: "ledger-head" },
      icon("shield"),
      h(
        "div",
        {},
        heading("h2", (texts) => texts.ledger.title, "ledger-title"),
        bind(h("p", { class: "lead" }), (texts) => texts.ledger.lead),
      ),
    ),
    h(
      "div",
      { class: "ledger-top" },
      h(
        "div",
        { class: "consent" },
        h(
          "div",
          { class: "consent-line" },
          bind(h("span", { class: "consent-label", id: "consent-label" }), (texts) => texts.ledger.consent),
          consentSwitch,
        ),
        consentAbout,
        consentStatus,
      ),
      h("div", { class: "total" }, h("p", { class: "total-figure" }, bytes, bytesUnit), sent),
      h(
        "div",
        { class: "budget" },
        heading("h3", (texts) => texts.ledger.budget),
        meter,
        budgetText,
        epsilonText,
      ),
    ),
    asked.element,
    h(
      "div",
      { class: "ledger-entries" },
      heading("h3", (texts) => texts.ledger.contributions),
      nothing,
      entries,
    ),
    h(
      "div",
      { class: "ledger-more" },
      h(
        "div",
        {},
        heading("h3", (texts) => texts.ledger.model),
        models,
        changes,
      ),
      h(
        "div",
        {},
        heading("h3", (texts) => texts.ledger.protectedTitle),
        protectedList,
      ),
      h(
        "div",
        {},
        heading("h3", (texts) => texts.ledger.exposedTitle),
        exposedList,
      ),
    ),
    h(
      "div",
      { class: "forget" },
      forgetButton,
      bind(h("span", { class: "note" }), (texts) => texts.ledger.forgetAbout),
    ),
    confirm.element,
  );

  let state: LedgerState | null = null;
  let setConsent: (granted: boolean) => void = () => undefined;
  let forget: () => Promise<void> = () => Promise.resolve();
  let drawn = "";

  consentSwitch.addEventListener("click", () => setConsent(state?.consent !== "granted"));
  const askToForget = async () => {
    const texts = t().ledger;
    const yes = await confirm.ask({
      title: texts.forgetTitle,
      text: texts.forgetText,
      yes: texts.forgetYes,
      no: texts.cancel,
    });
    if (!yes) return;
    await forget();
    consentStatus.textContent = t().ledger.forgotten;
  };
  forgetButton.addEventListener("click", askToForget);

  function titleOf(id: string): string {
    const product = state?.products.find((p) => p.id === id);
    return product ? localText(product.title) : id;
  }

  function renderConsent(now: LedgerState): void {
    const texts = t().ledger;
    const task = now.tasks.find((each) => each.trust === "local");
    const granted = now.consent === "granted";
    consentSwitch.setAttribute("aria-checked", String(granted));
    const price = task && now.prices.get(task.id);
    if (!task) consentAbout.textContent = now.tasks.length > 0 ? texts.consentSplit : texts.consentNoTask;
    else if (price) {
      const { epsilon, delta } = price;
      consentAbout.textContent = texts.consentAbout(task.maxItems, formatNumber(epsilon, 1), formatDelta(delta));
    }
    const status = statusOf(now, task);
    if (consentStatus.textContent !== status) consentStatus.textContent = status;
  }

  function renderTotals(now: LedgerState): void {
    const texts = t().ledger;
    bytes.textContent = formatNumber(bytesSent(now.entries));
    bytesUnit.textContent = texts.bytes;
    sent.textContent = texts.sentSoFar(sentEntries(now.entries).length);
    const { limitRho, spentRho, epsilon, delta } = now.budget ?? { limitRho: 0, spentRho: 0, epsilon: 0, delta: 0 };
    const share = limitRho > 0 ? Math.min(1, spentRho / limitRho) : 0;
    bar.style.setProperty("--share", String(share));
    meter.setAttribute("aria-valuemax", String(limitRho));
    meter.setAttribute("aria-valuenow", String(spentRho));
    budgetText.textContent = now.budget ? texts.budgetText(formatNumber(spentRho, 3), formatNumber(limitRho, 3)) : "";
    meter.setAttribute("aria-valuetext", budgetText.textContent);
    epsilonText.textContent = spentRho > 0 ? texts.epsilon(formatNumber(epsilon, 2), formatDelta(delta)) : "";
  }

  function renderEntries(now: LedgerState): void {
    const texts = t().ledger;
    nothing.hidden = now.entries.length > 0;
    nothing.textContent = now.consent === "granted" ? texts.nothing : texts.nothingOff;
    // Rebuilding would close what the viewer opened: only when something in the list is different.
    const key = JSON.stringify([
      texts.title,
      now.entries.map((e) => [e.id, e.state, e.attempts, now.encoded.has(e.id)]),
    ]);
    if (key === drawn) return;
    drawn = key;
    const wasOpen = new Map(
      [...entries.querySelectorAll("details")].map((details) => [details.dataset.id, details.open] as const),
    );
    entries.replaceChildren(
      ...now.entries.map((entry, index) =>
        renderContribution(
          entry,
          {
            product: (id) => now.products.find((p) => p.id === id),
            task: (id) => now.tasks.find((task) => task.id === id),
            encoded: now.encoded.get(entry.id),
          },
          wasOpen.get(entry.id) ?? index === 0,
        ),
      ),
    );
  }

  function renderModels(now: LedgerState): void {
    const texts = t().ledger;
    const names = { comments: texts.modelComments, affinity: texts.modelAffinity };
    models.replaceChildren(
      ...Object.entries(names).map(([id, name]) => {
        const version = now.models.get(id);
        return h(
          "div",
          {},
          h("dt", {}, name),
          h("dd", { "data-model": id }, version === undefined ? texts.modelNone : texts.modelVersion(version)),
        );
      }),
    );
    changes.hidden = now.change === null;
    if (now.change) changes.replaceChildren(...renderChange(now.change));
  }

  function renderChange({ before, after }: { before: readonly string[]; after: readonly string[] }): HTMLElement[] {
    const texts = t().ledger;
    const moved = after
      .map((id, to) => ({ id, to, from: before.indexOf(id) }))
      .filter(({ from, to }) => from >= 0 && from !== to && Math.min(from, to) < kToldPlaces)
      .sort((a, b) => Math.abs(b.from - b.to) - Math.abs(a.from - a.to))
      .slice(0, kToldChanges);
    if (moved.length === 0) return [h("p", { class: "note" }, texts.unchanged)];
    return [
      h("p", {}, texts.changed),
      h(
        "ul",
        {},
        ...moved.map(({ id, from, to }) =>
          h(
            "li",
            { class: to < from ? "up" : "down" },
            texts[to < from ? "up" : "down"](titleOf(id), from + 1, to + 1),
          ),
        ),
      ),
    ];
  }

  function renderLists(): void {
    protectedList.replaceChildren(...t().ledger.protected.map((line) => h("li", {}, line)));
    exposedList.replaceChildren(...t().ledger.exposed.map((line) => h("li", {}, line)));
  }

  function render(): void {
    renderLists();
    if (!state) return;
    renderConsent(state);
    renderTotals(state);
    asked.render(state);
    renderEntries(state);
    renderModels(state);
  }
  onLanguage(render);

  return {
    element,
    render(next) {
      state = next;
      render();
    },
    onConsent(set) {
      setConsent = set;
    },
    onForget(next) {
      forget = next;
    },
    onPreview: asked.onPreview,
    askToForget: () => void askToForget(),
  };
}

function statusOf(state: LedgerState, task: TaskReference | undefined): string {
  const texts = t().ledger;
  if (state.consent !== "granted" || !task) return "";
  const entry = state.entries.find((e) => e.task === task.id);
  if (entry) return texts.state[entry.state];
  if (Date.parse(task.expires) <= Date.now()) return texts.closedRound;
  if (state.budget && state.budget.spentRho + task.rho > state.budget.limitRho) return texts.refusedBudget;
  return texts.preparing;
}
