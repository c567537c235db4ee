import type { TensorSource, TracedCall } from '../capture/tracedCall';
import { dataflowOf } from '../replay/dataflow';

/** The means of a pass that belong to a norm, by the index of their call. */
export type NormUses = ReadonlyMap<number, 'layerNorm' | 'rmsNorm'>;

/** Kernels that keep all values, or repeat them. */
const RESHAPING = /^(Identity|Reshape|ExpandDims|Cast|Tile|BroadcastTo)$/;

/**
 * Finds the means of layer norms, (x − m)/√(v + ε) with m the mean of x and v that of (x − m)², and of RMS norms,
 * x/√(v + ε) with v the mean of x². A mean that anything else reads belongs to none.
 */
export function normUses(calls: readonly TracedCall[]): NormUses {
  const { consumers } = dataflowOf(calls);
  const uses = new Map<number, 'layerNorm' | 'rmsNorm'>();
  for (const call of calls) {
    if (call.kernel !== 'Mean') continue;
    const squared = squaredIn(call);
    if (!squared || !isScale(call)) continue;
    const centred = centredBy(squared);
    if (centred === null) uses.set(call.index, 'rmsNorm');
    else if (centred !== undefined) {
      uses.set(call.index, 'layerNorm');
      uses.set(centred, 'layerNorm');
    }
  }
  return uses;

  /** The tensors whose difference, or the one whose value, a mean takes the squares of. */
  function squaredIn(mean: TracedCall): readonly TensorSource[] | null {
    const square = callOf(Object.values(mean.inputs)[0]);
    const [a, b] = square ? Object.values(square.inputs) : [];
    switch (square?.kernel) {
      case 'Square':
        return [a];
      case 'Multiply':
        return isSame(a, b) ? [a] : null;
      case 'SquaredDifference':
        return [a, b];
      default:
        return null;
    }
  }

  /** The call of the mean that is subtracted; null for none, undefined if something else is subtracted or reads it. */
  function centredBy(squared: readonly TensorSource[]): number | null | undefined {
    const difference = squared.length === 2 ? null : callOf(squared[0]);
    if (squared.length === 1 && difference?.kernel !== 'Sub') return null;
    const [x, centre] = difference ? Object.values(difference.inputs) : squared;
    const mean = callOf(centre);
    if (mean?.kernel !== 'Mean' || !isSame(Object.values(mean.inputs)[0], x)) return undefined;
    const isCentring = ({ kernel, inputs }: TracedCall) =>
      kernel === 'FusedBatchNorm' ||
      (/^(Sub|SquaredDifference)$/.test(kernel) && isSame(Object.values(inputs)[0], x));
    return readers(mean).every(isCentring) ? mean.index : undefined;
  }

  /** True if a mean is only read as a variance: its root is taken, perhaps of the sum with a constant. */
  function isScale(mean: TracedCall): boolean {
    const isRoot = ({ kernel }: TracedCall) => /^(Rsqrt|Sqrt|FusedBatchNorm)$/.test(kernel);
    const isOffset = ({ kernel, inputs }: TracedCall) =>
      /^(Add|Maximum)$/.test(kernel) &&
      Object.values(inputs).some(({ kind }) => kind === 'constant');
    const own = readers(mean);
    return (
      own.length > 0 &&
      own.every((call) => isRoot(call) || (isOffset(call) && readers(call).every(isRoot)))
    );
  }

  /** The calls that read the output of a call, also after reshaping. */
  function readers({ index }: TracedCall): TracedCall[] {
    return consumers(index).flatMap((each) =>
      RESHAPING.test(calls[each].kernel) ? readers(calls[each]) : [calls[each]],
    );
  }

  /** The call that computed a tensor, before reshaping. */
  function callOf(source: TensorSource): TracedCall | null {
    const origin = originOf(source);
    return origin.kind === 'call' ? calls[origin.call] : null;
  }

  function originOf(source: TensorSource): TensorSource {
    if (source.kind !== 'call' || !RESHAPING.test(calls[source.call].kernel)) return source;
    return originOf(Object.values(calls[source.call].inputs)[0]);
  }

  function isSame(a: TensorSource, b: TensorSource): boolean {
    return JSON.stringify(originOf(a)) === JSON.stringify(originOf(b));
  }
}
