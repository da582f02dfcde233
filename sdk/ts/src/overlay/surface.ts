// Canvases, in a worker or on the page.
export type Canvas = OffscreenCanvas | HTMLCanvasElement;
export type Context2d = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;

export function createCanvas(width: number, height: number): Canvas {
  if (typeof OffscreenCanvas === "function") return new OffscreenCanvas(width, height);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

export function contextOf(canvas: Canvas): Context2d {
  const context = canvas.getContext("2d") as Context2d | null;
  if (!context) throw new Error("this canvas gives no 2d context"); // it was used for something else before
  return context;
}

/** What the canvas shows at this moment, a PNG. */
export function toPng(canvas: Canvas): Promise<Blob> {
  if ("convertToBlob" in canvas) return canvas.convertToBlob();
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("this canvas gives no picture"))));
  });
}
