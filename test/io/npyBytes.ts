import { bytes } from './zipBytes';

/** The bytes of an .npy file: a header of a version, and values. */
export function npyBytes(
  header: string,
  values: Uint8Array = new Uint8Array(),
  version = 1,
): Uint8Array<ArrayBuffer> {
  const magic = Buffer.concat([Buffer.from('\x93NUMPY', 'latin1'), bytes([1, version], [1, 0])]);
  const text = Buffer.from(`${header}\n`);
  const length = bytes([version === 1 ? 2 : 4, text.length]);
  return new Uint8Array(Buffer.concat([magic, length, text, values]));
}

/** A header as NumPy writes it. */
export function npyText(descr: string, shape: string, order = 'False'): string {
  return `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;
}
