import type { LabelledPhotos } from './cifar';

/** The first `count` photographs: views of the same bytes and labels. */
export function firstPhotos(
  { bytes, labels, size }: LabelledPhotos,
  count: number,
): LabelledPhotos {
  return {
    bytes: bytes.subarray(0, 3 * size ** 2 * count),
    labels: labels.subarray(0, count),
    count,
    size,
  };
}
