/** Shards of 8 and 12 bytes. */
export const SHARDS: Readonly<Record<string, Uint8Array>> = {
  'a.bin': Uint8Array.of(0, 0, 128, 63, 1, 2, 2, 0),
  'b.bin': Uint8Array.of(0, 0, 104, 105, 1, 0, 0, 60, 5, 0, 0, 0),
};

/** A model with every kind of weight, the text across the shards. */
export const MODEL = {
  format: 'layers-model',
  modelTopology: { class_name: 'Sequential', config: { layers: [] } },
  weightsManifest: [
    {
      paths: ['a.bin', 'b.bin'],
      weights: [
        { name: 'w', shape: [1], dtype: 'float32' },
        {
          name: 'q',
          shape: [2],
          dtype: 'float32',
          quantization: { dtype: 'uint8', scale: 0.5, min: -1 },
        },
        { name: 't', shape: [1], dtype: 'string' },
        { name: 'm', shape: [2, 1], dtype: 'bool' },
        { name: 'h', shape: [], dtype: 'float32', quantization: { dtype: 'float16' } },
        { name: 'o', shape: [1], dtype: 'int32', group: 'optimizer' },
      ],
    },
  ],
};
