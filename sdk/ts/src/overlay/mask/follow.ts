// An element of the page that comments pass behind: its rectangle, followed.
import type { Rectangle } from "../../types.js";

/** Milliseconds after which a change that no observer tells, such as a transition's, is seen. */
const pace = 250;

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Where `inner` is in `outer`, as shares of it, to a tenth of a per mille; nowhere (empty) if they do not meet. */
export function rectangleIn(outer: Box, inner: Box): Rectangle[] {
  const share = (at: number, from: number, length: number) => Math.min(1, Math.max(0, (at - from) / length));
  const rounded = (value: number) => Math.round(value * 1e4) / 1e4;
  const x = share(inner.left, outer.left, outer.width);
  const y = share(inner.top, outer.top, outer.height);
  const width = rounded(share(inner.left + inner.width, outer.left, outer.width) - x);
  const height = rounded(share(inner.top + inner.height, outer.top, outer.height) - y);
  return width > 0 && height > 0 ? [{ x: rounded(x), y: rounded(y), width, height }] : [];
}

/** Tells where `element` is over `overlay`, now and whenever that changes; answers with the function that ends it. */
export function follow(overlay: Element, element: Element, moved: (rectangles: Rectangle[]) => void): () => void {
  let last = "";
  const look = () => {
    const rectangles = rectangleIn(overlay.getBoundingClientRect(), element.getBoundingClientRect());
    const key = JSON.stringify(rectangles);
    if (key === last) return;
    last = key;
    moved(rectangles);
  };
  const observer = new ResizeObserver(look);
  observer.observe(overlay);
  observer.observe(element);
  const passive = { capture: true, passive: true };
  addEventListener("scroll", look, passive);
  addEventListener("resize", look);
  const timer = setInterval(look, pace);
  look();
  return () => {
    observer.disconnect();
    removeEventListener("scroll", look, passive);
    removeEventListener("resize", look);
    clearInterval(timer);
  };
}
