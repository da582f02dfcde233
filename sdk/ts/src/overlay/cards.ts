// The cards for people who do not see or point at the canvas: a button over each, with the product's name and price.
import type { Product } from "../types.js";

export interface CardButton {
  product: Product;
  title: string;
  price: string;
}

export interface CardPlace {
  id: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

export class CardButtons {
  readonly #root: ShadowRoot;
  readonly #select: (product: Product) => void;
  readonly #buttons = new Map<number, HTMLButtonElement>();

  constructor(root: ShadowRoot, select: (product: Product) => void) {
    this.#root = root;
    this.#select = select;
  }

  /** Keeps the buttons of cards that stay, with their focus. */
  show(places: readonly CardPlace[], cardOf: (id: number) => CardButton | undefined): void {
    const visible = new Set(places.map(({ id }) => id));
    for (const [id, button] of this.#buttons) {
      if (visible.has(id)) continue;
      button.remove();
      this.#buttons.delete(id);
    }
    for (const { id, x, y, width, height } of places) {
      const card = cardOf(id);
      if (!card) continue;
      let button = this.#buttons.get(id);
      if (!button) {
        button = this.#create(card);
        this.#buttons.set(id, button);
        this.#root.append(button);
      }
      Object.assign(button.style, {
        left: `${x}px`,
        top: `${y}px`,
        width: `${width}px`,
        height: `${height}px`,
      });
    }
  }

  /** For the cards on screen, when their words have changed. */
  rename(cardOf: (id: number) => CardButton | undefined): void {
    for (const [id, button] of this.#buttons) {
      const card = cardOf(id);
      if (card) this.#fill(button, card);
    }
  }

  #create(card: CardButton): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.product = card.product.id;
    button.onclick = () => this.#select(card.product);
    this.#fill(button, card);
    return button;
  }

  #fill(button: HTMLButtonElement, { product, title, price }: CardButton): void {
    button.setAttribute("aria-label", `${title}, ${price}`);
    const picture = document.createElement("img");
    picture.alt = "";
    if (product.image) picture.src = product.image;
    const words = document.createElement("span");
    const cost = document.createElement("b");
    cost.textContent = price;
    words.append(title, cost);
    button.replaceChildren(picture, words);
  }
}
