/** A rectangle, CSS pixels. */
export interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Puts an element over it. */
export function place({ style }: HTMLElement, { x, y, width, height }: Place): void {
  Object.assign(style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
}
