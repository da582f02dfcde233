// A list whose rows change places.

import { prefersReducedMotion } from "../dom.js";

/** Puts `items` into `list` in this order; those that were there glide to their new place, new ones fade in. */
export function reorder(list: HTMLElement, items: HTMLElement[]): void {
  if (items.length === list.children.length && items.every((item, i) => list.children[i] === item)) return;
  const before = new Map([...list.children].map((item) => [item, item.getBoundingClientRect()]));
  const focused = list.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
  list.replaceChildren(...items);
  if (focused && list.contains(focused)) focused.focus({ preventScroll: true }); // moving a node drops its focus
  if (prefersReducedMotion()) return;
  for (const item of items) {
    const from = before.get(item);
    const to = item.getBoundingClientRect();
    if (!from) {
      item.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 400, easing: "ease-out" });
    } else if (from.top !== to.top || from.left !== to.left) {
      item.animate(
        [{ transform: `translate(${from.left - to.left}px, ${from.top - to.top}px)` }, { transform: "none" }],
        { duration: 520, easing: "cubic-bezier(.2, .8, .2, 1)" },
      );
    }
  }
}
