// One product, close up.

import { formatPrice, type Product, type Recommendation } from "@sotto/live";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { bind, language, localText, onLanguage, t } from "../language.js";
import type { Basket } from "./basket.js";
import { createContributions } from "./contributions.js";
import { createOpinion, type ProductOpinion } from "./opinion.js";

export interface ProductDialog {
  readonly element: HTMLDialogElement;
  /** `why` also says what its place is made of. */
  open(product: Product, recommendation: Recommendation | undefined, why?: boolean): void;
  /** What the room says of the product that is open. */
  opine(opinion: ProductOpinion | undefined): void;
  /** The id of the product that is open, or null. */
  readonly product: string | null;
}

/** `focus` is called after closing if what had the focus before opening is gone. */
export function createProductDialog(
  basket: Basket,
  add: (product: Product) => void,
  focus: (product: string) => void,
): ProductDialog {
  const close = h("button", { type: "button", class: "control close", "data-testid": "dialog-close" }, icon("close"));
  bind(close, (texts) => texts.shelf.close, "aria-label");
  const picture = h("img", { class: "dialog-picture", alt: "", width: 320, height: 320 });
  const title = h("h2", { id: "product-title" });
  const price = h("p", { class: "price figure" });
  const why = h("p", { class: "reason" });
  const facts = h("ul", { class: "facts" });
  const opinion = createOpinion({ full: true });
  const contributions = createContributions();
  const buy = h("button", { type: "button", class: "primary", "data-testid": "dialog-add" });
  const element = h(
    "dialog",
    { class: "product-dialog", "aria-labelledby": "product-title", "data-testid": "product-dialog" },
    close,
    h("div", { class: "dialog-frame" }, picture),
    h("div", { class: "dialog-text" }, title, price, why, contributions.element, facts, opinion.element, buy),
  );

  let shown: Product | null = null;
  let opener: Element | null = null;
  let recommendation: Recommendation | undefined;
  let explained = false;
  const render = () => {
    if (!shown) return;
    title.textContent = localText(shown.title);
    price.textContent = formatPrice(shown.price, language());
    why.textContent = recommendation ? localText(recommendation.reason.text) : "";
    why.hidden = recommendation === undefined;
    contributions.show(explained ? recommendation : undefined);
    facts.hidden = explained;
    facts.replaceChildren(...localText(shown.facts).map((fact) => h("li", {}, fact)));
    facts.setAttribute("aria-label", t().shelf.facts);
    const inBasket = basket.has(shown.id);
    buy.setAttribute("aria-disabled", String(inBasket)); // `disabled` would drop the focus
    buy.replaceChildren(icon(inBasket ? "done" : "add"), inBasket ? t().shelf.added : t().shelf.add);
  };
  buy.addEventListener("click", () => {
    if (shown) add(shown);
  });
  // The browser gives the focus back to the opener by itself, unless a new ranking took it off the page.
  element.addEventListener("close", () => {
    if (shown && !opener?.isConnected) focus(shown.id);
  });
  close.addEventListener("click", () => element.close());
  // A click beside the dialog closes it: the dialog itself is the target only on its backdrop.
  element.addEventListener("click", (event) => {
    if (event.target === element) element.close();
  });
  basket.onChange(render);
  onLanguage(render);

  return {
    element,
    opine: opinion.show,
    get product() {
      return element.open ? (shown?.id ?? null) : null;
    },
    open(product, placed, explain = false) {
      shown = product;
      recommendation = placed;
      explained = explain;
      picture.src = product.image;
      render();
      opener = document.activeElement;
      element.showModal();
    },
  };
}
