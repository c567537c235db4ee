import { invalid } from '../../../errors';
import type { Call } from '../operator';
import { autoPad, explicitPads, halves, reachOf, type SpatialPads, type Window } from './window';

/** The convolution without strides that computes a transposed one, on each spatial axis. */
export interface TransposedWindow {
  /** The strides of the transposed convolution: the number of residues. */
  readonly strides: readonly number[];
  /** The dilations of the convolution. */
  readonly dilations: readonly number[];
  /** The dilations that the filter gets by zeros. */
  readonly kernelDilations: readonly number[];
  /** The padding of the convolution. */
  readonly pads: SpatialPads;
  /** The positions that are cut off its output when the residues are interleaved. */
  readonly crops: SpatialPads;
}

/** The window of a ConvTranspose, by the attributes of its call. */
export function transposedWindow(
  call: Call,
  space: readonly number[],
  sizes: readonly number[],
): TransposedWindow {
  const { attributes } = call;
  const ones = space.map(() => 1);
  const strides = attributes.numbers('strides', ones);
  const dilations = attributes.numbers('dilations', ones);
  const reach = reachOf({ sizes, dilations });
  const axes = outputAxes(call, space, { strides, reach }).map(({ before, length }, axis) => {
    const stride = strides[axis];
    // Without a stride the convolution has the dilation; with one, the filter gets zeros.
    const distance = stride === 1 ? reach[axis] - 1 : Math.ceil(reach[axis] / stride) - 1;
    const skipped = Math.floor(before / stride);
    const cut = before - skipped * stride;
    const positions = Math.ceil((cut + length) / stride);
    const pad = distance - skipped;
    return {
      pads: [pad, positions - (space[axis] + pad - distance)] as const,
      crops: [cut, positions * stride - cut - length] as const,
    };
  });
  return {
    strides,
    dilations: dilations.map((dilation, axis) => (strides[axis] === 1 ? dilation : 1)),
    kernelDilations: dilations.map((dilation, axis) => (strides[axis] === 1 ? 1 : dilation)),
    pads: axes.map(({ pads }) => pads),
    crops: axes.map(({ crops }) => crops),
  };
}

/** The positions cut off before the output, and its length, on each axis. */
function outputAxes(
  call: Call,
  space: readonly number[],
  { strides, reach }: Pick<Window, 'strides'> & { reach: readonly number[] },
): { before: number; length: number }[] {
  const { attributes } = call;
  const mode = autoPad(call);
  const pads = explicitPads(call, space.length);
  const added = attributes.numbers('output_padding', undefined);
  const asked = attributes.numbers('output_shape', undefined)?.slice(-space.length);
  return space.map((size, axis) => {
    const whole = (size - 1) * strides[axis] + (added?.[axis] ?? 0) + reach[axis];
    const isSame = mode === 'SAME_UPPER' || mode === 'SAME_LOWER';
    const wanted = asked?.[axis] ?? (isSame ? size * strides[axis] : undefined);
    if (wanted !== undefined) {
      const total = Math.max(0, whole - wanted);
      const [before] = halves(total, mode === 'SAME_UPPER' ? mode : 'SAME_LOWER');
      return { before, length: wanted };
    }
    const [before, behind] = mode === 'VALID' ? [0, 0] : pads[axis];
    const length = whole - before - behind;
    if (length > 0) return { before, length };
    throw invalid(`its output would have ${length} positions`, 'Pass a larger input', {
      param: 'input',
      received: space,
    });
  });
}
