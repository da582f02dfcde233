// What the room asks of this device under split trust, task by task: what it costs, who aggregates it, and on request
// all that would be sent, made on the spot and thrown away.

import type { LedgerEntry, SplitTaskReference, TaskReference } from "@sotto/live";
import { h } from "../dom.js";
import { formatDelta, formatNumber } from "../format.js";
import { bind, onLanguage, t } from "../language.js";
import { renderOneOperator, renderSplitReport } from "./split-report.js";

export interface AskedState {
  readonly tasks: readonly TaskReference[];
  readonly prices: ReadonlyMap<string, { rho: number; epsilon: number; delta: number }>;
  readonly entries: readonly LedgerEntry[];
}

export interface Asked {
  readonly element: HTMLElement;
  render(state: AskedState): void;
  onPreview(preview: (task: string) => Promise<LedgerEntry>): void;
}

interface Row {
  readonly element: HTMLElement;
  update(task: SplitTaskReference, state: AskedState): void;
}

export function createAsked(): Asked {
  const list = h("ul", { class: "asked-list" });
  const element = h(
    "div",
    { class: "asked", "data-testid": "asked" },
    bind(h("h3"), (texts) => texts.split.asked),
    bind(h("p", { class: "note" }), (texts) => texts.split.askedAbout),
    list,
  );
  element.hidden = true;
  const rows = new Map<string, Row>();
  let preview: (task: string) => Promise<LedgerEntry> = () => Promise.reject(new Error("no session"));
  let state: AskedState = { tasks: [], prices: new Map(), entries: [] };

  function render(): void {
    const tasks = state.tasks.filter((task) => task.trust === "split");
    element.hidden = tasks.length === 0;
    for (const [id, row] of rows) {
      if (tasks.some((task) => task.id === id)) continue;
      row.element.remove();
      rows.delete(id);
    }
    for (const task of tasks) {
      const row = rows.get(task.id) ?? createRow(task.id, (id) => preview(id));
      if (!rows.has(task.id)) list.append(row.element);
      rows.set(task.id, row);
      row.update(task, state);
    }
  }
  onLanguage(() => {
    // What was unfolded is in the language of before.
    for (const row of rows.values()) row.element.remove();
    rows.clear();
    render();
  });

  return {
    element,
    render(next) {
      state = next;
      render();
    },
    onPreview(next) {
      preview = next;
    },
  };
}

function createRow(id: string, preview: (task: string) => Promise<LedgerEntry>): Row {
  const what = h("p", { class: "asked-what" });
  const facts = h("p", { class: "note figure" });
  const warning = h("div");
  const status = h("p", { class: "note", role: "status" });
  const shown = h("div", { class: "asked-preview", id: `preview-${id}` });
  shown.hidden = true;
  const button = h("button", {
    type: "button",
    class: "quiet",
    "aria-expanded": "false",
    "aria-controls": shown.id,
    "data-testid": "preview",
  });
  const say = (open: boolean) => {
    shown.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? t().split.hide : t().split.show;
  };
  say(false);
  button.addEventListener("click", async () => {
    if (!shown.hidden) return say(false);
    button.disabled = true;
    status.textContent = t().split.making;
    try {
      const entry = await preview(id);
      if (entry.report) shown.replaceChildren(renderSplitReport(entry, entry.report));
      status.textContent = t().split.previewOnly;
      say(true);
    } catch (error) {
      status.textContent = t().split.refusal((error as { code?: string }).code ?? "", (error as Error).message);
    } finally {
      button.disabled = false;
      button.focus();
    }
  });
  const element = h(
    "li",
    { class: "asked-task", "data-task": id },
    h("div", { class: "asked-line" }, h("div", {}, what, facts), button),
    warning,
    status,
    shown,
  );
  return {
    element,
    update(task, { prices, entries }) {
      const texts = t().split;
      const { leader, helper, oneOperator } = task.aggregators;
      what.textContent = describe(task);
      const price = prices.get(task.id);
      const entry = entries.find((each) => each.task === task.id && each.epoch === task.epoch);
      facts.textContent = [
        price && texts.costs(formatNumber(price.epsilon, 2), formatDelta(price.delta), formatNumber(price.rho, 3)),
        leader.operator === helper.operator
          ? texts.aggregatedAlone(leader.operator)
          : texts.aggregators(leader.operator, helper.operator),
        entry && texts.inLedger(t().ledger.state[entry.state]),
      ]
        .filter(Boolean)
        .join(" · ");
      warning.replaceChildren(...(oneOperator ? [renderOneOperator()] : []));
    },
  };
}

function describe(task: SplitTaskReference): string {
  const texts = t().split;
  switch (task.kind) {
    case "affinity":
      return texts.affinity(task.maxItems, task.items.length);
    case "popularity":
      return texts.popularity(task.maxItems, task.items.length);
    case "mood":
      return texts.mood(task.minute + 1);
    case "delta":
      return texts.delta(task.dimension);
  }
}
