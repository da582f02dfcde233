// The numbers of a contribution as a small heat map: one cell for each pair of items, upper triangle, diagonal included.
// A pointer or the arrow keys read a cell.

import { h, s } from "../dom.js";

export interface PairCell {
  readonly row: number;
  readonly column: number;
  readonly value: number;
}

export interface PairMatrix {
  readonly element: HTMLElement;
  /** Outlines the cells of the pairs among `items`. */
  mark(items: readonly number[]): void;
}

const kCell = 10;
const kBelow = [96, 165, 170] as const; // celadon
const kZero = [44, 39, 32] as const; // the panel's wood
const kAbove = [238, 178, 96] as const; // lamp light

function colour(value: number, scale: number): string {
  const depth = Math.min(1, Math.abs(value) / scale);
  const end = value < 0 ? kBelow : kAbove;
  const mix = kZero.map((zero, i) => Math.round(zero + (end[i as 0 | 1 | 2] - zero) * depth));
  return `rgb(${mix.join(" ")})`;
}

/**
 * `entries` as decodeUpdate gives them, for `size` items. `describe` puts a cell into words; `label` names the whole.
 */
export function createPairMatrix(
  entries: ArrayLike<number>,
  size: number,
  text: { label: string; hint: string; describe(cell: PairCell): string },
): PairMatrix {
  const cells: PairCell[] = [];
  for (let row = 0; row < size; ++row) {
    for (let column = row; column < size; ++column) cells.push({ row, column, value: entries[cells.length] ?? 0 });
  }
  const indexOf = (row: number, column: number) => row * size - (row * (row - 1)) / 2 + (column - row);
  const scale = Math.max(1, ...cells.map((cell) => Math.abs(cell.value)));
  const cursor = s("rect", { class: "cursor", width: kCell, height: kCell, visibility: "hidden" });
  const marks = s("g", { class: "marks" });
  const picture = s(
    "svg",
    { viewBox: `-1 -1 ${size * kCell + 2} ${size * kCell + 2}`, "aria-hidden": "true" },
    ...cells.map((cell) =>
      s("rect", {
        x: cell.column * kCell + 0.5,
        y: cell.row * kCell + 0.5,
        width: kCell - 1,
        height: kCell - 1,
        rx: 1.5,
        fill: colour(cell.value, scale),
      }),
    ),
    marks,
    cursor,
  );
  const readout = h("output", { class: "readout" }, text.hint);
  const key = h(
    "div",
    { class: "colour-key", "aria-hidden": "true" },
    ...[`−${scale}`, "0", `+${scale}`].map((value) => h("span", {}, value)),
  );
  const plot = h("div", { class: "plot", tabindex: 0, role: "application", "aria-label": text.label }, picture, key);
  const element = h("div", { class: "pair-matrix", "data-testid": "pair-matrix" }, plot, readout);

  let row = 0;
  let column = 0;
  const point = () => {
    cursor.setAttribute("x", String(column * kCell));
    cursor.setAttribute("y", String(row * kCell));
    cursor.setAttribute("visibility", "visible");
    const cell = cells[indexOf(row, column)];
    if (cell) readout.textContent = text.describe(cell);
  };
  plot.addEventListener("pointermove", (event) => {
    const box = picture.getBoundingClientRect();
    const at = (position: number, extent: number) =>
      Math.min(size - 1, Math.max(0, Math.floor((position / extent) * size)));
    const [i, j] = [at(event.clientY - box.top, box.height), at(event.clientX - box.left, box.width)];
    [row, column] = i <= j ? [i, j] : [j, i]; // below the diagonal is the same pair
    point();
  });
  plot.addEventListener("keydown", (event) => {
    if (event.key === "ArrowUp") row = Math.max(0, row - 1);
    else if (event.key === "ArrowDown") row = Math.min(column, row + 1);
    else if (event.key === "ArrowLeft") column = Math.max(row, column - 1);
    else if (event.key === "ArrowRight") column = Math.min(size - 1, column + 1);
    else return;
    event.preventDefault();
    point();
  });

  return {
    element,
    mark(items) {
      const sorted = [...items].sort((a, b) => a - b);
      marks.replaceChildren(
        ...sorted.flatMap((i, n) =>
          sorted
            .slice(n)
            .map((j) =>
              s("rect", { x: j * kCell - 0.5, y: i * kCell - 0.5, width: kCell + 1, height: kCell + 1, rx: 2 }),
            ),
        ),
      );
    },
  };
}
