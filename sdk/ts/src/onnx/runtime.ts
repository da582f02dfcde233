// What is used of onnxruntime-web, so that the package needs neither the library nor its types.

export interface OnnxTensor {
  readonly data: unknown;
  readonly dims: readonly number[];
}

export interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Record<string, OnnxTensor>): Promise<Record<string, OnnxTensor>>;
  release?(): Promise<void>;
}

/** `import * as ort from "onnxruntime-web"`, or any module like it. */
export interface OnnxRuntime {
  readonly InferenceSession: { create(model: Uint8Array, options?: object): Promise<OnnxSession> };
  readonly Tensor: {
    new (type: "int64", data: BigInt64Array, dims: readonly number[]): OnnxTensor;
    new (type: "float32", data: Float32Array, dims: readonly number[]): OnnxTensor;
  };
}
