import {
  abs,
  all,
  engine,
  equal,
  keep,
  lessEqual,
  logicalOr,
  sub,
  Tensor,
  where,
} from '@tensorflow/tfjs-core';
import { read } from '../../runtime';
import type { KernelCall } from '../capture/interceptKernels';

/**
 * Kernels that choose by comparing values. Where values are tied within rounding, another order of a sum
 * chooses otherwise, though the network is the same function.
 */
const SELECTING = [
  'ArgMax',
  'ArgMin',
  'NonMaxSuppressionV3',
  'NonMaxSuppressionV4',
  'NonMaxSuppressionV5',
  'TopK',
];

/** Kernels that jump from one value to another where their input passes a limit. */
const JUMPING = [
  'Ceil',
  'Equal',
  'Floor',
  'FloorDiv',
  'Greater',
  'GreaterEqual',
  'Less',
  'LessEqual',
  'Mod',
  'NotEqual',
  'Round',
  'Sign',
  'Step',
];

/** What a choice was made from in the first pass. */
interface RecordedInput {
  readonly name: string;
  readonly tensor: Tensor;
  /** Differences up to this may be rounding. */
  within: number;
}

/** The choices of one forward pass on one input. Later passes make the same where rounding alone is between. */
export interface Choices {
  /** Answers a kernel that chooses, number `index` of them in this pass. */
  answer(call: KernelCall, index: number): ReturnType<KernelCall['run']>;
  /** To be called when the first pass is over. */
  close(): Promise<void>;
  dispose(): void;
}

/** Whether a kernel selects from values that are worth comparing themselves. */
export function isSelection(kernel: string): boolean {
  return SELECTING.includes(kernel);
}

/** Whether a kernel's values jump where its inputs change by rounding alone. */
export function isChoice({ name, attrs }: KernelCall): boolean {
  if (name === 'Cast') return attrs.dtype === 'int32' || attrs.dtype === 'bool';
  return SELECTING.includes(name) || JUMPING.includes(name);
}

/** The floating-point tensors that a kernel takes. */
export function floatInputs({ inputs }: KernelCall): [string, Tensor][] {
  return Object.entries(inputs).filter(
    (entry): entry is [string, Tensor] =>
      entry[1] instanceof Tensor && entry[1].dtype === 'float32',
  );
}

/**
 * Records the choices of the first pass. Later on a kernel that would choose from the same values, but
 * for rounding, chooses from those of the first pass: ties end alike. Where its values are others, in
 * another order perhaps, it chooses by itself.
 */
export function createChoices(): Choices {
  const recorded: RecordedInput[][] = [];
  let isOpen = true;

  return {
    answer(call, index) {
      if (isOpen) {
        recorded[index] = floatInputs(call).map(([name, tensor]) => ({
          name,
          tensor: keep(tensor.clone()),
          within: 0,
        }));
        return call.run();
      }
      const inputs: Record<string, unknown> = { ...call.inputs };
      for (const { name, tensor, within } of recorded[index] ?? []) {
        if (Object.hasOwn(inputs, name)) inputs[name] = steadied(inputs[name], tensor, within);
      }
      return engine().runKernel(call.name, inputs as never, call.attrs as never);
    },
    async close() {
      isOpen = false;
      for (const input of recorded.flat()) input.within = roundingOf(await read(input.tensor));
    },
    dispose() {
      for (const { tensor } of recorded.flat()) tensor.dispose();
    },
  };
}

/** The values of the first pass where all of x are within rounding of them, else x. */
function steadied(x: unknown, first: Tensor, within: number): unknown {
  if (!(x instanceof Tensor) || x.dtype !== 'float32' || x.shape.join() !== first.shape.join()) {
    return x;
  }
  const near = logicalOr(equal(x, first), lessEqual(abs(sub(x, first)), within));
  return where(all(near), first, x);
}

/** A thousandth of the spread of values, or what rounding of the largest leaves where that is more. */
function roundingOf(values: ArrayLike<number>): number {
  let [count, sum, squares, largest] = [0, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    count++;
    sum += values[i];
    squares += values[i] ** 2;
    largest = Math.max(largest, Math.abs(values[i]));
  }
  const variance = count === 0 ? 0 : squares / count - (sum / count) ** 2;
  return Math.max(1e-3 * Math.sqrt(Math.max(0, variance)), largest * 2 ** -17);
}
