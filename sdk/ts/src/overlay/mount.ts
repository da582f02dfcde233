// Where the overlay sits on the page, and how large that is.
import type { Geometry } from "./model.js";
import { place } from "./place.js";

export interface Mount {
  /** A positioned box over the video; the overlay's root fills it. */
  readonly host: HTMLElement;
  /** Takes the overlay off the page and puts back what was changed. */
  remove(): void;
}

/** Into the given container, else into a new box that covers the video, beside it. */
export function mount(video: HTMLVideoElement, container: HTMLElement | undefined): Mount {
  const host = document.createElement("div");
  host.dataset.sotto = "overlay";
  if (container) {
    container.append(host);
    return { host, remove: () => host.remove() };
  }
  const parent = video.parentElement;
  const wasStatic = parent !== null && getComputedStyle(parent).position === "static";
  const before = parent?.style.position ?? "";
  if (wasStatic) parent.style.position = "relative";
  video.after(host);
  const follow = () => {
    host.style.inset = "auto";
    const { offsetLeft: x, offsetTop: y, offsetWidth: width, offsetHeight: height } = video;
    place(host, { x, y, width, height });
  };
  follow();
  const observer = new ResizeObserver(follow);
  observer.observe(video);
  if (parent) observer.observe(parent);
  return {
    host,
    remove() {
      observer.disconnect();
      host.remove();
      if (!wasStatic) return;
      parent.style.position = before;
      if (!parent.getAttribute("style")) parent.removeAttribute("style");
    },
  };
}

/** In a box of the overlay; more device pixels than `mostRatio` to a CSS pixel are not drawn. */
export const geometryOf = (box: Element, mostRatio: number): Geometry => ({
  width: Math.max(1, box.clientWidth),
  height: Math.max(1, box.clientHeight),
  ratio: Math.min(mostRatio, globalThis.devicePixelRatio || 1),
});

/** Calls back when the size or the device pixel ratio changes; answers with the function that ends it. */
export function watchGeometry(box: Element, changed: () => void): () => void {
  const read = () => JSON.stringify(geometryOf(box, Number.POSITIVE_INFINITY));
  let last = read();
  const check = () => {
    const now = read();
    if (now === last) return;
    last = now;
    changed();
  };
  const observer = new ResizeObserver(check);
  observer.observe(box);
  addEventListener("resize", check); // also fires when the page is zoomed, which is what changes the ratio
  return () => {
    observer.disconnect();
    removeEventListener("resize", check);
  };
}
