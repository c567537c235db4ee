import { add, cast, greater, mul, reshape, scalar, sub, type Tensor } from '@tensorflow/tfjs-core';
import { toTensor, type Value } from '../../values/value';

/** A mask of the sequences that have not ended at a time. */
export interface TimeMask {
  /** The new state of sequences that go on, and the old one of those that have ended. Null is zero. */
  readonly keep: (next: Tensor, before: Tensor | null) => Tensor;
  /** The values of sequences that go on, and zeros for those that have ended. */
  readonly clear: (values: Tensor) => Tensor;
}

/**
 * The masks of all times; null where no sequence has ended.
 *
 * @param lengths - The lengths of the sequences. Null: all are as long as the time.
 */
export function timeMasks(lengths: Value | null, times: number): (TimeMask | null)[] {
  const isWhole = (time: number) =>
    lengths === null ||
    (lengths.kind === 'host' && Array.from(lengths.data).every((length) => length > time));
  return Array.from({ length: times }, (_, time) =>
    isWhole(time) ? null : timeMask(toTensor(lengths!), time),
  );
}

function timeMask(lengths: Tensor, time: number): TimeMask {
  const isGoing = greater(lengths, scalar(time, lengths.dtype as 'int32'));
  const going = cast(reshape(isGoing, [-1, 1]), 'float32');
  const clear = (values: Tensor) => mul(values, going);
  return {
    clear,
    keep: (next, before) =>
      before ? add(clear(next), mul(before, sub(scalar(1), going))) : clear(next),
  };
}
