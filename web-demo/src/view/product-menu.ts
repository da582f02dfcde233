// The menu of a product on the shelf: why it is there, less of it, and forgetting the viewer. One menu for all rows, opened
// below the row's button; the arrow keys move, Escape and a click elsewhere close it.

import type { Product } from "@sotto/live";
import { h } from "../dom.js";
import { bind, localText, t } from "../language.js";
import type { Texts } from "../texts.js";

export interface ProductMenu {
  readonly element: HTMLElement;
  /** Makes `button` open the menu for a product. */
  attach(button: HTMLButtonElement, product: Product): void;
  /** For when the rows move: the focus goes to where the menu was called, or to `otherwise` if that is gone. */
  hide(otherwise?: HTMLElement): void;
}

export interface ProductMenuActions {
  why(product: Product): void;
  less(product: Product): void;
  forget(): void;
}

export function createProductMenu(actions: ProductMenuActions): ProductMenu {
  let product: Product | null = null;
  let opener: HTMLButtonElement | null = null;
  const items: HTMLButtonElement[] = [];
  const item = (id: string, text: (texts: Texts) => string, act: (product: Product) => void) => {
    const button = h("button", { type: "button", role: "menuitem", tabindex: "-1", "data-testid": `menu-${id}` });
    bind(button, text);
    button.addEventListener("click", () => {
      const chosen = product;
      hide(true);
      if (chosen) act(chosen);
    });
    items.push(button);
    return button;
  };
  const element = h(
    "div",
    { class: "product-menu", role: "menu", id: "product-menu", hidden: true, "data-testid": "product-menu" },
    item("why", (texts) => texts.menu.why, actions.why),
    item("less", (texts) => texts.menu.less, actions.less),
    h("div", { role: "separator" }),
    item("forget", (texts) => texts.menu.forget, actions.forget),
  );

  /** `back`: the focus goes back to the button. */
  function hide(back = false): void {
    if (!opener) return;
    opener.setAttribute("aria-expanded", "false");
    if (back && opener.isConnected) opener.focus({ preventScroll: true });
    opener = null;
    product = null;
    element.hidden = true;
  }
  const show = (button: HTMLButtonElement, next: Product) => {
    hide();
    opener = button;
    product = next;
    element.hidden = false;
    element.setAttribute("aria-label", menuLabel(localText(next.title)));
    const frame = (element.offsetParent ?? document.body).getBoundingClientRect();
    const at = button.getBoundingClientRect();
    const { width, height } = element.getBoundingClientRect();
    const below = at.bottom + 4 + height < innerHeight;
    element.style.top = `${(below ? at.bottom + 4 : at.top - 4 - height) - frame.top}px`;
    element.style.left = `${Math.max(8, at.right - width) - frame.left}px`;
    button.setAttribute("aria-expanded", "true");
    items[0]?.focus({ preventScroll: true });
  };

  element.addEventListener("keydown", (event) => {
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (next !== undefined) items.at(next % items.length)?.focus();
    else if (event.key === "Escape") hide(true);
    else if (event.key === "Tab")
      hide(true); // and the focus moves on from the row's button
    else return;
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (target instanceof Node && !element.contains(target) && !opener?.contains(target)) hide();
  });
  addEventListener("resize", () => hide());

  return {
    element,
    hide(otherwise) {
      const inside = element.contains(document.activeElement);
      const button = opener;
      hide();
      if (inside) (button?.isConnected ? button : otherwise)?.focus({ preventScroll: true });
    },
    attach(button, forProduct) {
      button.setAttribute("aria-haspopup", "menu");
      button.setAttribute("aria-expanded", "false");
      button.setAttribute("aria-controls", element.id);
      button.addEventListener("click", () => (opener === button ? hide(true) : show(button, forProduct)));
    },
  };
}

/** A name for a row's menu button, which follows the language. */
export const menuLabel = (name: string): string => `${t().menu.label}: ${name}`;
