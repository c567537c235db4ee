/** The mean and the standard deviation of CIFAR-10's training images by channel: red, green, blue. */
const MEAN = [0.4914, 0.4822, 0.4465];
const DEVIATION = [0.247, 0.2435, 0.2616];

/** Pixels in 0 … 1, standardised by channel, from bytes of red, green and blue in turn. */
export function standardised(bytes: Uint8Array): Float32Array {
  const [scale, shift] = [
    DEVIATION.map((d) => 1 / (255 * d)),
    MEAN.map((m, c) => m / DEVIATION[c]),
  ];
  return Float32Array.from(bytes, (value, i) => value * scale[i % 3] - shift[i % 3]);
}
