// The ranked shelf: the products in the order that this device worked out for this viewer, with the reason for each.

import { type EngagementKind, formatPrice, type Product, type Recommendation } from "@sotto/live";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { bind, language, localText, onLanguage, t } from "../language.js";
import { forget as forgetStored, recall, remember } from "../store.js";
import type { Basket } from "./basket.js";
import { createOpinion, type ProductOpinion } from "./opinion.js";
import { createProductDialog } from "./product-dialog.js";
import { createProductMenu, menuLabel, type ProductMenu } from "./product-menu.js";
import { reorder } from "./reorder.js";

export interface Shelf {
  readonly element: HTMLElement;
  setProducts(products: readonly Product[]): void;
  /** The ranking without the products that the viewer engaged with; those are shown as looked at. */
  show(ranking: readonly Recommendation[]): void;
  /** Shows a product close up, without counting it as a click. */
  open(product: Product): void;
  /** The product on stage now, or null. */
  setOnStage(id: string | null): void;
  /** As for a viewer who was never here. */
  forget(): void;
  /** What the room says of each product. */
  setOpinions(opinions: readonly ProductOpinion[]): void;
  /** The version of the room's model that ranks, or null for content alone. */
  setModel(version: string | null): void;
}

/** Rows shown before the rest is asked for. */
const kFirst = 8;
/** A pointer that rests on a product this long has looked at it. Milliseconds. */
const kViewMs = 3000;

/** Milliseconds that a row is in view before it counts as shown. */
const kShownMs = 1000;

export interface ShelfActions {
  engage(product: Product, kind: EngagementKind): void;
  /** These are, or were, in the viewer's sight. */
  shown(products: readonly string[]): void;
  /** Asks first. */
  forget(): void;
}

export function createShelf(basket: Basket, { engage, shown, forget }: ShelfActions): Shelf {
  const list = h("ol", { class: "products", "data-testid": "shelf-list" });
  const seen = h("ul", { class: "seen-list" });
  const seenBox = h(
    "div",
    { class: "seen", hidden: true, "data-testid": "seen" },
    h(
      "h3",
      {},
      bind(h("span"), (texts) => texts.shelf.seen),
      bind(h("span", { class: "note" }), (texts) => texts.shelf.seenNote),
    ),
    seen,
  );
  const model = h("p", { class: "note", "data-testid": "shelf-model" });
  const more = h("button", { type: "button", class: "quiet more", hidden: true, "data-testid": "shelf-more" });
  const empty = bind(h("p", { class: "note" }), (texts) => texts.shelf.empty);
  const said = h("p", { class: "sr-only", role: "status" });
  const element = h(
    "section",
    { class: "panel shelf", id: "shelf", tabindex: "-1", "aria-labelledby": "shelf-title", "data-testid": "shelf" },
    h(
      "div",
      { class: "panel-head" },
      bind(h("h2", { id: "shelf-title" }), (texts) => texts.shelf.title),
      model,
    ),
    seenBox,
    empty,
    list,
    more,
    said,
  );

  let products: readonly Product[] = [];
  let ranking: readonly Recommendation[] = [];
  let onStage: string | null = null;
  let modelVersion: string | null = null;
  let all = false;
  let opinions = new Map<string, ProductOpinion>();
  /** Of which the viewer wants less: neither on the shelf nor among those looked at. */
  const unwanted = new Set<string>(storedIds("unwanted"));
  let lessened = false;
  const rows = new Map<string, Row>();
  const thumbs = new Map<string, Thumb>();

  const show = (product: Product, why = false) => {
    dialog.open(
      product,
      ranking.find((r) => r.product.id === product.id),
      why,
    );
    dialog.opine(opinions.get(product.id));
  };
  /** Whoever does something with a product wants it after all. */
  const want = (product: Product) => {
    if (unwanted.delete(product.id)) remember("unwanted", [...unwanted]);
  };
  const openProduct = (product: Product) => {
    want(product);
    show(product);
    engage(product, "click");
  };
  const addToBasket = (product: Product) => {
    want(product);
    if (basket.add(product.id)) engage(product, "cart");
  };
  /** Where a product is now, for the focus that was on it: among those looked at, or nowhere but on the shelf. */
  const focusProduct = (id: string | undefined) => {
    const thumb = seen.querySelector<HTMLElement>(`[data-product="${id}"]`);
    (thumb ?? element).focus({ preventScroll: true });
  };
  const dialog = createProductDialog(basket, addToBasket, focusProduct);
  const menu = createProductMenu({
    why: (product) => show(product, true),
    less: (product) => {
      unwanted.add(product.id);
      remember("unwanted", [...unwanted]);
      said.textContent = t().menu.lessened(localText(product.title));
      lessened = true;
      engage(product, "less");
    },
    forget,
  });
  element.append(menu.element, dialog.element);
  const sight = watchSight((ids) => shown(ids));

  function row(product: Product): Row {
    let existing = rows.get(product.id);
    if (!existing) {
      existing = createRow(product, {
        open: () => openProduct(product),
        add: () => addToBasket(product),
        view: () => engage(product, "view"),
        menu,
      });
      sight.watch(existing.element);
      existing.opine(opinions.get(product.id));
      rows.set(product.id, existing);
    }
    return existing;
  }

  function renderSeen(): void {
    const ranked = new Set(ranking.map((r) => r.product.id));
    const engaged =
      ranking.length === 0
        ? []
        : products.filter(({ id, stock }) => !ranked.has(id) && !unwanted.has(id) && stock !== 0);
    seenBox.hidden = engaged.length === 0;
    const items = engaged.map((product) => {
      let one = thumbs.get(product.id);
      if (!one) {
        one = createThumb(product, () => openProduct(product));
        thumbs.set(product.id, one);
      }
      one.render(basket.has(product.id));
      return one.element;
    });
    reorder(seen, items);
  }

  function render(): void {
    const focused = element.contains(document.activeElement)
      ? document.activeElement?.closest<HTMLElement>("[data-product]")
      : null;
    empty.hidden = ranking.length > 0;
    model.textContent = modelVersion === null ? t().shelf.byContent : t().shelf.byModel(modelVersion);
    const shown = all ? ranking : ranking.slice(0, kFirst);
    more.hidden = ranking.length <= kFirst;
    more.textContent = all ? t().shelf.less : t().shelf.more(ranking.length - kFirst);
    more.setAttribute("aria-expanded", String(all));
    const items = shown.map((recommendation, place) => {
      const one = row(recommendation.product);
      one.render(
        place + 1,
        recommendation,
        recommendation.product.id === onStage,
        basket.has(recommendation.product.id),
      );
      return one.element;
    });
    reorder(list, items);
    renderSeen();
    if (focused && !focused.isConnected) focusProduct(focused.dataset.product);
  }

  more.addEventListener("click", () => {
    all = !all;
    render();
  });
  basket.onChange(render);
  onLanguage(render);

  return {
    element,
    setProducts(next) {
      products = next;
      rows.clear();
      thumbs.clear();
      sight.clear();
      menu.hide(element);
      render();
    },
    show(next) {
      const before = ranking.slice(0, kFirst).map((r) => r.product.id);
      ranking = next;
      render();
      const after = next.slice(0, kFirst).map((r) => r.product.id);
      const moved = before.length > 0 && before.join() !== after.join();
      if (moved) menu.hide(element);
      if (moved && !lessened) said.textContent = t().shelf.moved; // after "less", that is what was said
      lessened = false;
    },
    open(product) {
      want(product);
      show(product);
    },
    forget() {
      unwanted.clear();
      forgetStored("unwanted");
    },
    setOnStage(id) {
      onStage = id;
      render();
    },
    setOpinions(next) {
      opinions = new Map(next.map((opinion) => [opinion.id, opinion]));
      for (const [id, row] of rows) row.opine(opinions.get(id));
      if (dialog.product) dialog.opine(opinions.get(dialog.product));
    },
    setModel(version) {
      modelVersion = version;
      render();
    },
  };
}

const storedIds = (key: string): string[] => {
  const stored = recall(key);
  return Array.isArray(stored) ? stored.filter((id) => typeof id === "string") : [];
};

/** Tells which rows were in view for a while. */
function watchSight(seen: (ids: readonly string[]) => void) {
  const since = new Map<Element, ReturnType<typeof setTimeout>>();
  const idOf = (row: Element) => (row as HTMLElement).dataset.product ?? "";
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        clearTimeout(since.get(target));
        if (isIntersecting) {
          since.set(
            target,
            setTimeout(() => target.isConnected && seen([idOf(target)]), kShownMs),
          );
        }
      }
    },
    { threshold: 0.6 },
  );
  return {
    watch: (row: Element) => observer.observe(row),
    clear() {
      observer.disconnect();
      for (const timer of since.values()) clearTimeout(timer);
      since.clear();
    },
  };
}

interface Thumb {
  readonly element: HTMLElement;
  render(inBasket: boolean): void;
}

function createThumb(product: Product, open: () => void): Thumb {
  const picture = h("img", { src: product.image, alt: "", loading: "lazy" });
  const button = h("button", { type: "button", class: "thumb", "data-product": product.id }, picture);
  button.addEventListener("click", open);
  return {
    element: h("li", {}, button),
    render(inBasket) {
      const label = `${localText(product.title)}${inBasket ? `, ${t().shelf.inBasket}` : ""}`;
      button.title = label;
      button.setAttribute("aria-label", label);
      button.replaceChildren(picture, ...(inBasket ? [icon("done")] : []));
    },
  };
}

interface Row {
  readonly element: HTMLElement;
  render(rank: number, recommendation: Recommendation, onStage: boolean, inBasket: boolean): void;
  opine(opinion: ProductOpinion | undefined): void;
}

function createRow(product: Product, act: { open(): void; add(): void; view(): void; menu: ProductMenu }): Row {
  const rank = h("span", { class: "rank figure" });
  const title = h("button", { type: "button", class: "product-open", "data-testid": "product-open" });
  const stagePill = h("span", { class: "pill" });
  const reason = h("p", { class: "reason" });
  const price = h("span", { class: "price figure" });
  const add = h("button", { type: "button", class: "add", "data-testid": "product-add" });
  const more = h("button", { type: "button", class: "row-menu", "data-testid": "product-menu-open" }, icon("more"));
  act.menu.attach(more, product);
  const coupon = h("span", { class: "coupon", hidden: true });
  const picture = h("img", { src: product.image, alt: "", loading: "lazy", width: 72, height: 72 });
  const opinion = createOpinion();
  const element = h(
    "li",
    { class: "product", "data-testid": "product", "data-product": product.id },
    rank,
    h("div", { class: "product-picture" }, picture, stagePill),
    h(
      "div",
      { class: "product-text" },
      h("h3", {}, title),
      reason,
      h("div", { class: "product-line" }, price, coupon, opinion.element),
    ),
    h("div", { class: "row-actions" }, more, add),
  );
  title.addEventListener("click", act.open);
  add.addEventListener("click", act.add);

  let since = 0;
  element.addEventListener("pointerenter", (event) => {
    since = event.pointerType === "mouse" ? event.timeStamp : 0;
  });
  // Counted when the pointer leaves: a product that is looked at must not move away from under it.
  element.addEventListener("pointerleave", (event) => {
    if (since > 0 && event.timeStamp - since >= kViewMs) act.view();
    since = 0;
  });

  return {
    element,
    render(place, recommendation, onStage, inBasket) {
      const name = localText(product.title);
      element.classList.toggle("on-stage", onStage);
      element.value = place;
      rank.textContent = String(place);
      rank.setAttribute("aria-hidden", "true");
      title.textContent = name;
      reason.textContent = localText(recommendation.reason.text);
      price.textContent = formatPrice(product.price, language());
      const label = recommendation.campaign?.coupon?.label;
      coupon.textContent = label ? localText(label) : "";
      coupon.hidden = !label;
      more.setAttribute("aria-label", menuLabel(name));
      stagePill.textContent = t().shelf.onStage;
      stagePill.hidden = !onStage;
      add.replaceChildren(icon(inBasket ? "done" : "add"));
      add.setAttribute("aria-label", `${inBasket ? t().shelf.added : t().shelf.add}: ${name}`);
      add.title = inBasket ? t().shelf.added : t().shelf.add;
      add.setAttribute("aria-disabled", String(inBasket)); // `disabled` would drop the focus
    },
    opine: opinion.show,
  };
}
