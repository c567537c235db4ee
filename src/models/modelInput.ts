import { dispose, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { shown } from '../checks';
import { invalid } from '../errors';
import { sizeOf } from '../params/internal';
import { type RandomSource, randomSource } from '../runtime';

/** An input as a model declares it. */
export interface DeclaredInput {
  readonly name: string;
  /** Its shape, with null for an open size; undefined if the rank is open. */
  readonly shape: readonly (number | null)[] | undefined;
  readonly dtype: string;
  /** For ids that an embedding looks up: all are integers from 0 to below this number. */
  readonly idsBelow?: number;
  /** The value of every element, such as 1 for a mask. Default: random numbers. */
  readonly fill?: number;
}

/** The most elements of a random batch. A small file may declare an input of any size. */
const MOST_ELEMENTS = 2 ** 26;

/** The size of an open batch. */
const BATCH = 2;
/** The number of open time steps. A recurrent kernel is fixed with fewer than 2. */
const STEPS = 3;
/** The open sizes of images and volumes, by rank. */
const SPACE: Readonly<Record<number, number>> = { 4: 32, 5: 16 };

/**
 * A batch of random numbers for each input of a model, as one tensor if there is one input: integers for ids and
 * for integer inputs, else uniform in [−1, 1).
 */
export function modelInput(
  inputs: readonly DeclaredInput[],
  inputShape: readonly number[] | undefined,
  seed: number,
): Tensor | Tensor[] {
  if (inputShape !== undefined && inputs.length !== 1) {
    throw invalid(
      `inputShape is for models of one input, but this model has ${inputs.length}`,
      'Pass input, an array with a batch for each',
      { param: 'inputShape', received: inputShape },
    );
  }
  if (inputShape !== undefined && !Array.isArray(inputShape)) {
    throw invalid(
      `inputShape must be an array of sizes, received ${shown(inputShape)}`,
      'Pass the sizes of one sample',
      { param: 'inputShape', received: inputShape },
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
      `the model does not declare the shape of its input '${name}'`,
      'Pass inputShape, the shape without the batch, or input, a batch',
      { param: 'inputShape' },
    );
  }
  return shape.map((size, axis) => {
    if (size !== null) return size;
    if (axis === 0) return BATCH;
    return SPACE[shape.length] ?? STEPS;
  });
}

/** The shape that the user gave, after the declared batch. */
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
      'Give one positive integer for each axis except the batch',
      { param: 'inputShape', received: inputShape },
    );
  }
  return whole;
}

function randomBatch(
  { name, dtype, idsBelow, fill }: DeclaredInput,
  shape: number[],
  random: RandomSource,
): Tensor {
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
    throw invalid(
      `the model's input '${name}' has dtype ${dtype}, for which no random batch can be drawn`,
      'Pass input, a batch',
      { param: 'input' },
    );
  }
  const below = idsBelow ?? (dtype === 'float32' ? undefined : 2);
  const draw =
    fill !== undefined
      ? () => fill
      : below === undefined
        ? () => random.below(2 ** 24) / 2 ** 23 - 1
        : () => random.below(below);
  assertDrawable(name, shape);
  const size = sizeOf(shape);
  const values = new { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype](size);
  for (let i = 0; i < size; i++) values[i] = draw();
  return tensor(values, shape, dtype);
}

function assertDrawable(name: string, shape: readonly number[]): void {
  if (sizeOf(shape) <= MOST_ELEMENTS) return;
  throw invalid(
    `a random batch for the model's input '${name}' of shape [${shape}] has more than ${MOST_ELEMENTS} elements`,
    'Pass a smaller inputShape, or input, a batch',
    { param: 'inputShape', received: shape },
  );
}
