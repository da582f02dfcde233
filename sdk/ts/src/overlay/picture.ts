// A picture of the page as an ImageBitmap, which the engine can draw. Only the page can decode every format, SVG among
// them.

/** Pixels to its longer side: a card's picture at a device pixel ratio of 2. */
const side = 192;

/** Cropped to a square, for cards, or in its own proportions. undefined if it cannot be had: one does without. */
export async function loadPicture(url: string, square: boolean): Promise<ImageBitmap | undefined> {
  const image = new Image();
  image.crossOrigin = "anonymous"; // a picture without CORS could not be handed to the worker
  image.decoding = "async";
  image.src = url;
  try {
    await image.decode();
    // An SVG without a size of its own reports 0.
    const width = image.naturalWidth || side;
    const height = image.naturalHeight || side;
    const scale = side / (square ? Math.min(width, height) : Math.max(width, height));
    const canvas = document.createElement("canvas");
    canvas.width = square ? side : Math.max(1, Math.round(width * scale));
    canvas.height = square ? side : Math.max(1, Math.round(height * scale));
    canvas
      .getContext("2d")
      ?.drawImage(
        image,
        (canvas.width - width * scale) / 2,
        (canvas.height - height * scale) / 2,
        width * scale,
        height * scale,
      );
    return await createImageBitmap(canvas);
  } catch {
    return undefined;
  }
}
