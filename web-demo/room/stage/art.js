// Drawings as bitmaps. An SVG is rasterised once at the size it is shown in; after that a frame only copies pixels.

// Draws `paint(context)` on a fresh transparent canvas and returns it as a bitmap.
export function bitmap(width, height, paint) {
  const canvas = new OffscreenCanvas(Math.ceil(width), Math.ceil(height));
  paint(canvas.getContext("2d"));
  return canvas.transferToImageBitmap();
}

// A round spot, opaque in the middle and gone at the rim.
export const glow = (radius, colour, core = 1) =>
  bitmap(radius * 2, radius * 2, (c) => {
    const g = c.createRadialGradient(radius, radius, 0, radius, radius, radius);
    g.addColorStop(0, `rgba(${colour},${core})`);
    g.addColorStop(0.4, `rgba(${colour},${core * 0.38})`);
    g.addColorStop(1, `rgba(${colour},0)`);
    c.fillStyle = g;
    c.fillRect(0, 0, radius * 2, radius * 2);
  });

// Loads a drawing.
//   width, height  pixels; by default the drawing's own viewBox
//   only, without  names of `data-part` groups to keep alone or to leave out
export async function drawing(url, { width, height, only, without = [] } = {}) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  const svg = new DOMParser().parseFromString(await response.text(), "image/svg+xml").documentElement;
  const [, , w, h] = svg.getAttribute("viewBox").split(" ").map(Number);
  for (const part of svg.querySelectorAll("[data-part]")) {
    if (without.includes(part.dataset.part)) part.remove();
  }
  if (only) {
    for (const child of [...svg.children]) {
      if (child.tagName !== "defs" && child.dataset.part !== only) child.remove();
    }
  }
  svg.setAttribute("width", width ?? w);
  svg.setAttribute("height", height ?? h);
  const image = new Image();
  const source = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" }));
  image.src = source;
  await image.decode();
  const made = bitmap(width ?? w, height ?? h, (c) => c.drawImage(image, 0, 0, width ?? w, height ?? h));
  URL.revokeObjectURL(source);
  return made;
}

// Draws `image` turned by `angle` radians about the point (x, y) on the canvas, which is (px, py) in the image.
export function turned(c, image, x, y, px, py, angle, scale = 1) {
  c.save();
  c.translate(x, y);
  c.rotate(angle);
  c.scale(scale, scale);
  c.drawImage(image, -px, -py);
  c.restore();
}
