// RGBA to planar YUV 4:2:0, the encoder's own format: a frame that travels is then 1.5 bytes a pixel instead of 4.
// ITU-R BT.709, limited range (Y 16..235, U and V 16..240), in 16-bit fixed point; chroma is the mean of 2 x 2 pixels.

const luma = (pixel) =>
  (11966 * (pixel & 255) + 40254 * ((pixel >> 8) & 255) + 4064 * ((pixel >> 16) & 255) + 1081344) >> 16;

//   rgba           width * height * 4 bytes, little-endian machine; alpha is ignored
//   width, height  even
//   returns        the Y plane, then U, then V
export function toYuv420(rgba, width, height) {
  const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, width * height);
  const area = width * height;
  const out = new Uint8Array(area + area / 2);
  let u = area;
  let v = area + area / 4;
  for (let y = 0; y < height; y += 2) {
    let above = y * width;
    let below = above + width;
    for (const end = below; above < end; above += 2, below += 2) {
      const p = pixels[above];
      const q = pixels[above + 1];
      const r = pixels[below];
      const s = pixels[below + 1];
      out[above] = luma(p);
      out[above + 1] = luma(q);
      out[below] = luma(r);
      out[below + 1] = luma(s);
      // Red and blue are summed side by side in one word: four bytes need ten bits each.
      const redBlue = (p & 0xff00ff) + (q & 0xff00ff) + (r & 0xff00ff) + (s & 0xff00ff);
      const red = redBlue & 0xffff;
      const blue = redBlue >> 16;
      const green = ((p >> 8) & 255) + ((q >> 8) & 255) + ((r >> 8) & 255) + ((s >> 8) & 255);
      out[u++] = (-6596 * red - 22189 * green + 28785 * blue + 33685504) >> 18;
      out[v++] = (28785 * red - 26145 * green - 2640 * blue + 33685504) >> 18;
    }
  }
  return out;
}
