/** A safetensors file made by hand, so that no test relies on the writer to test the reader. */
export function fileOf(header: unknown, data: ArrayLike<number> = []): Uint8Array {
  const text = typeof header === 'string' ? header : JSON.stringify(header);
  return fileOfBytes(new TextEncoder().encode(text), data);
}

/** The same, its header given as bytes. */
export function fileOfBytes(header: ArrayLike<number>, data: ArrayLike<number> = []): Uint8Array {
  const file = new Uint8Array(8 + header.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  file.set(data, 8 + header.length);
  return file;
}

/** A file of tensors of one byte, by their names. */
export function fileOfNames(names: readonly string[]): Uint8Array {
  const tensors = names.map((name, i) => [
    name,
    { dtype: 'U8', shape: [], data_offsets: [i, i + 1] },
  ]);
  return fileOf(
    Object.fromEntries(tensors),
    names.map((_, i) => i + 1),
  );
}

/** `count` elements of `size` bytes, each written by `set`, such as `DataView`'s setters. */
export function elements(
  count: number,
  size: number,
  set: (view: DataView, offset: number, index: number) => void,
): Uint8Array {
  const bytes = new Uint8Array(count * size);
  for (let i = 0; i < count; i++) set(new DataView(bytes.buffer), i * size, i);
  return bytes;
}
