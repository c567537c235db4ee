import { dispose, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { invalid } from '../errors';
import { sizeOf } from '../params/internal';
import { type RandomSource, randomSource } from '../runtime';

/** An input as a model declares it. */
export interface DeclaredInput {
  readonly name: string;
  /** Sizes that the model leaves open are null; the whole is undefined where even the rank is open. */
  readonly shape: readonly (number | null)[] | undefined;
  readonly dtype: string;
  /** The input holds ids, which an embedding looks up: whole numbers below this one. */
  readonly idsBelow?: number;
}

/** An open batch. */
const BATCH = 2;
/** Open steps of time, as few as keep a recurrent kernel from being left out. */
const STEPS = 3;
/** Open sizes of images, and of volumes. */
const SPACE: Readonly<Record<number, number>> = { 4: 32, 5: 16 };

/**
 * A batch of random numbers for each input of a model, one tensor where there is one input: whole
 * numbers where they are ids or the model wants integers, else uniform in [−1, 1).
 */
export function modelInput(
  inputs: readonly DeclaredInput[],
  inputShape: readonly number[] | undefined,
  seed: number,
): Tensor | Tensor[] {
  if (inputShape !== undefined && inputs.length !== 1) {
    throw invalid(
      `inputShape is for models of one input, this one has ${inputs.length}`,
      'Pass input, an array with a batch for each',
    );
  }
  const random = randomSource(seed);
  const made: Tensor[] = [];
  try {
    for (const input of inputs) {
      const shape = inputShape === undefined ? closed(input) : given(input, inputShape);
      made.push(randomBatch(input, shape, random));
    }
  } catch (error) {
    dispose(made);
    throw error;
  }
  return made.length === 1 ? made[0] : made;
}

/** The declared shape with a size for each open axis. */
function closed({ name, shape }: DeclaredInput): number[] {
  if (shape === undefined) {
    throw invalid(
      `the model does not say what shape its input '${name}' has`,
      'Pass inputShape, without the batch, or input, a batch',
    );
  }
  return shape.map((size, axis) => {
    if (size !== null) return size;
    if (axis === 0) return BATCH;
    return SPACE[shape.length] ?? STEPS;
  });
}

/** The shape that the user gave, behind the declared batch. */
function given({ name, shape }: DeclaredInput, inputShape: readonly number[]): number[] {
  const whole = [shape?.[0] ?? BATCH, ...inputShape];
  const fits =
    inputShape.every((size) => Number.isInteger(size) && size > 0) &&
    (shape === undefined ||
      (shape.length === whole.length &&
        shape.every((size, axis) => size === null || size === whole[axis])));
  if (!fits) {
    const declared = shape?.slice(1).map((size) => size ?? 'open');
    throw invalid(
      `inputShape [${inputShape}] does not fit the model's input '${name}'${declared ? ` of shape [${declared.join()}]` : ''}`,
      'Give one positive integer for each axis but the batch',
    );
  }
  return whole;
}

function randomBatch(
  { name, dtype, idsBelow }: DeclaredInput,
  shape: number[],
  random: RandomSource,
): Tensor {
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
    throw invalid(
      `the model's input '${name}' takes ${dtype}, for which there is no random batch`,
      'Pass input, a batch',
    );
  }
  const below = idsBelow ?? (dtype === 'float32' ? undefined : 2);
  const draw =
    below === undefined ? () => random.below(2 ** 24) / 2 ** 23 - 1 : () => random.below(below);
  const values = Array.from({ length: sizeOf(shape) }, draw);
  const stored = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype].from(values);
  return tensor(stored, shape, dtype);
}
