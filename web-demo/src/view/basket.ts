// What the viewer put aside. It stays in this browser; there is nothing to buy in a demonstration.

import { forget, recall, remember } from "../store.js";

export interface Basket {
  has(product: string): boolean;
  /** False if it was there already. */
  add(product: string): boolean;
  empty(): void;
  onChange(listener: () => void): void;
}

export function createBasket(): Basket {
  const stored = recall("basket");
  const products = new Set(Array.isArray(stored) ? stored.filter((id) => typeof id === "string") : []);
  const listeners: (() => void)[] = [];
  const changed = () => {
    for (const listener of listeners) listener();
  };
  return {
    has: (product) => products.has(product),
    add(product) {
      if (products.has(product)) return false;
      products.add(product);
      remember("basket", [...products]);
      changed();
      return true;
    },
    empty() {
      products.clear();
      forget("basket");
      changed();
    },
    onChange: (listener) => listeners.push(listener),
  };
}
