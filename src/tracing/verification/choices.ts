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
 * Kernels that select by comparing values. If values are tied within rounding, another order of a sum leads to
 * another selection, although the network is the same function.
 */
const SELECTING = [
  'ArgMax',
  'ArgMin',
  'NonMaxSuppressionV3',
  'NonMaxSuppressionV4',
  'NonMaxSuppressionV5',
  'TopK',
];

/** Kernels whose output jumps when an input passes a limit. */
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

/** An input of a choice in the first pass. */
interface RecordedInput {
  readonly name: string;
  readonly tensor: Tensor;
  /** The largest difference that may be rounding. */
  within: number;
}

/** The choices of one forward pass on one input. Later passes repeat a choice if its input differs by rounding alone. */
export interface Choices {
  /** The result of a choice kernel. `index` counts the choices of this pass from 0. */
  answer(call: KernelCall, index: number): ReturnType<KernelCall['run']>;
  /** Ends the first pass. */
  close(): Promise<void>;
  dispose(): void;
}

/** True if a kernel selects from values that are compared as an output too. */
export function isSelection(kernel: string): boolean {
  return SELECTING.includes(kernel);
}

/** True if a kernel's output may jump when its inputs change by rounding alone. */
export function isChoice({ name, attrs }: KernelCall): boolean {
  if (name === 'Cast') return attrs.dtype === 'int32' || attrs.dtype === 'bool';
  return SELECTING.includes(name) || JUMPING.includes(name);
}

/** The float32 inputs of a kernel, by name. */
export function floatInputs({ inputs }: KernelCall): [string, Tensor][] {
  return Object.entries(inputs).filter(
    (entry): entry is [string, Tensor] =>
      entry[1] instanceof Tensor && entry[1].dtype === 'float32',
  );
}

/**
 * Records the inputs of choices in the first pass. In later passes, a kernel whose inputs are the same within rounding
 * gets those of the first pass, so ties are decided alike. Otherwise, for example if the values are in another order,
 * it gets its own inputs.
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

/** The tensor of the first pass if all values of x are within rounding of it, else x. */
function steadied(x: unknown, first: Tensor, within: number): unknown {
  if (!(x instanceof Tensor) || x.dtype !== 'float32' || x.shape.join() !== first.shape.join()) {
    return x;
  }
  const near = logicalOr(equal(x, first), lessEqual(abs(sub(x, first)), within));
  return where(all(near), first, x);
}

/** The largest difference that counts as rounding: max(σ / 1000, 2⁻¹⁷ max |value|). */
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
