// Tables that read well both in a terminal and as Markdown.

/** Digits enough to tell two measurements apart; "-" for what was not measured. */
export function number(value, unit = "") {
  if (!Number.isFinite(value)) return "-";
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return value.toFixed(digits) + (unit && ` ${unit}`);
}

/** The first column is text; the others are flush right. Cells are strings. */
export function table(header, rows) {
  const columns = header.map((_, column) => Math.max(3, ...[header, ...rows].map((row) => cellWidth(row[column]))));
  const line = (cells) => `| ${cells.map((cell, column) => pad(cell, columns[column], column === 0)).join(" | ")} |`;
  const rule = columns.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(header), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}

const cellWidth = (cell) => Array.from(cell).length;

const pad = (cell, width, left) => {
  const space = " ".repeat(width - cellWidth(cell));
  return left ? cell + space : space + cell;
};
