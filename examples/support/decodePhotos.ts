import { PNG } from 'pngjs';

/**
 * The photographs of a PNG image that holds one in each row: a row of size² pixels is a photograph of
 * size × size pixels, row by row. The result is [count, size, size, 3]: red, green and blue of every pixel.
 */
export function decodePhotos(png: Buffer, size: number): Uint8Array {
  const { data, width, height } = PNG.sync.read(png);
  if (width !== size ** 2) {
    throw new Error(
      `decodePhotos: a row has ${width} pixels, a photograph of ${size} × ${size} has ${size ** 2}`,
    );
  }
  const bytes = new Uint8Array(3 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    bytes[3 * pixel] = data[4 * pixel];
    bytes[3 * pixel + 1] = data[4 * pixel + 1];
    bytes[3 * pixel + 2] = data[4 * pixel + 2];
  }
  return bytes;
}
