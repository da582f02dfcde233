// The cards for people who do not see or point at the canvas: a button over each, with the product's name and price, and
// one over the button that is drawn on it.
import type { Product } from "../types.js";
import { buyRectangle } from "./layers/placement.js";
import type { Geometry, ShownCard } from "./model.js";
import { type Place, place } from "./place.js";

export interface CardButton {
  product: Product;
  card: Pick<ShownCard, "title" | "price" | "buy">;
}

export interface CardPlace extends Place {
  id: number;
}

interface Buttons {
  open: HTMLButtonElement;
  buy: HTMLButtonElement;
}

export type SelectAction = "open" | "buy";

export class CardButtons {
  readonly #parent: Element;
  readonly #select: (product: Product, action: SelectAction) => void;
  readonly #buttons = new Map<number, Buttons>();

  constructor(parent: Element, select: (product: Product, action: SelectAction) => void) {
    this.#parent = parent;
    this.#select = select;
  }

  /** Keeps the buttons of cards that stay, with their focus. */
  show(places: readonly CardPlace[], geometry: Geometry, cardOf: (id: number) => CardButton | undefined): void {
    const visible = new Set(places.map(({ id }) => id));
    for (const [id, buttons] of this.#buttons) {
      if (visible.has(id)) continue;
      for (const button of Object.values(buttons)) button.remove();
      this.#buttons.delete(id);
    }
    const within = buyRectangle(geometry);
    for (const { id, ...at } of places) {
      const card = cardOf(id);
      if (!card) continue;
      let buttons = this.#buttons.get(id);
      if (!buttons) {
        buttons = { open: this.#create(card, "open"), buy: this.#create(card, "buy") };
        this.#buttons.set(id, buttons);
        this.#parent.append(buttons.open, buttons.buy);
        fill(buttons, card);
      }
      place(buttons.open, at);
      place(buttons.buy, { ...within, x: at.x + within.x, y: at.y + within.y });
    }
  }

  /** For the cards on screen, when their words have changed. */
  rename(cardOf: (id: number) => CardButton | undefined): void {
    for (const [id, buttons] of this.#buttons) {
      const card = cardOf(id);
      if (card) fill(buttons, card);
    }
  }

  #create({ product }: CardButton, action: SelectAction): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `card ${action}`;
    button.dataset.product = product.id;
    button.onclick = () => this.#select(product, action);
    return button;
  }
}

function fill({ open, buy }: Buttons, { product, card }: CardButton): void {
  const { title, price } = card;
  open.setAttribute("aria-label", `${title}, ${price}`);
  const picture = document.createElement("img");
  picture.alt = "";
  if (product.image) picture.src = product.image;
  const words = document.createElement("span");
  const cost = document.createElement("b");
  cost.textContent = price;
  words.append(title, cost);
  open.replaceChildren(picture, words);
  buy.setAttribute("aria-label", `${card.buy}: ${title}`);
  const label = document.createElement("span");
  label.textContent = card.buy;
  buy.replaceChildren(label);
}
