/** The values of a sum of networks by layer, in float64, in memory or on disk. */
export interface SumValues {
  /** The values of a layer; undefined before they are set. Changes last only if they are set again. */
  get(layer: string): Promise<Float64Array<ArrayBuffer> | undefined>;
  set(layer: string, values: Float64Array<ArrayBuffer>): Promise<void>;
  dispose(): void;
}

/** The values of a sum in memory. */
export function valuesInMemory(): SumValues {
  const values = new Map<string, Float64Array<ArrayBuffer>>();
  return {
    get: async (layer) => values.get(layer),
    async set(layer, own) {
      values.set(layer, own);
    },
    dispose: () => values.clear(),
  };
}
