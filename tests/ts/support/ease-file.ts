/** The bytes of an EASE model as the server publishes it (format in sdk/cpp/sotto/recommend/model_file.h). */
export function easeModelBytes(
  items: readonly string[],
  weights: readonly number[],
  version: string,
  catalogue = "",
): Uint8Array {
  return modelFileBytes("ease", items, Buffer.from(Float32Array.from(weights).buffer), version, catalogue);
}

/** A model's file of any kind around its parameters. */
export function modelFileBytes(
  kind: string,
  items: readonly string[],
  parameters: Uint8Array,
  version: string,
  catalogue = "",
): Uint8Array {
  const short = (text: string) => {
    const bytes = Buffer.from(text);
    return Buffer.concat([Buffer.from(Uint16Array.of(bytes.length).buffer), bytes]);
  };
  const covered = Buffer.concat([
    Buffer.from("SORM"),
    Buffer.from(Uint16Array.of(1).buffer),
    short(kind),
    short(version),
    short(catalogue),
    Buffer.from(Uint32Array.of(items.length).buffer),
    ...items.map(short),
    Buffer.from(Uint32Array.of(parameters.length).buffer),
    parameters,
  ]);
  let hash = 0xcbf29ce484222325n;
  for (const byte of covered) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return Buffer.concat([covered, Buffer.from(BigUint64Array.of(hash).buffer)]);
}
