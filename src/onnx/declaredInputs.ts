import type { DeclaredInput } from '../models/internal';
import { sizeOf } from '../params/internal';
import { operatorName } from './graph/operatorName';
import type { Program } from './graph/program';
import { elementType } from './model/elementType';
import type { ValueInfo } from './model/onnxModel';

/**
 * The inputs of a program as a random batch is made for them. Open sizes of one name get one size. Integers that an
 * embedding looks up are ids that it has; other integers and booleans are 1, as masks are.
 *
 * @param inputShape - The shape that the caller gives for open sizes, which then stay open. Default: none.
 */
export function declaredInputs(
  { inputs, steps, weights }: Program,
  inputShape?: readonly number[],
): DeclaredInput[] {
  const sizes = new Map<string, number>();
  const shapes = new Map(weights.map(({ name, shape }) => [name, shape]));
  return inputs.map((input): DeclaredInput => {
    const shape = input.shape?.map((size, axis) => {
      if (typeof size !== 'string') return size;
      if (inputShape) return null;
      const known = sizes.get(size) ?? openSize(input, axis);
      if (known !== null) sizes.set(size, known);
      return known;
    });
    const { kind } = elementType(input.type || 1);
    const dtype = kind === 'float' ? 'float32' : kind === 'int' ? 'int32' : kind;
    const idsBelow = kind === 'int' ? rowsLookedUp(input.name, steps, shapes) : undefined;
    const isMask = (kind === 'int' || kind === 'bool') && idsBelow === undefined;
    return { name: input.name, shape, dtype, idsBelow, ...(isMask ? { fill: 1 } : {}) };
  });
}

/** The size of a named axis that several inputs may share: two samples, three steps. Null for images. */
function openSize({ shape }: ValueInfo, axis: number): number | null {
  if (axis === 0) return 2;
  return shape!.length <= 3 ? 3 : null;
}

/** Operators that pass ids on as they are. */
const passing = new Set([
  'Identity',
  'Cast',
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Transpose',
]);

/** The inputs of operators that are looked up, and the inputs with the rows. */
const lookups: Readonly<Record<string, readonly (readonly [ids: number, rows: number])[]>> = {
  Gather: [[1, 0]],
  'com.microsoft.EmbedLayerNormalization': [
    [0, 2],
    [1, 4],
  ],
};

/** The fewest rows of the weights in which the values of an input are looked up; undefined if there are none. */
function rowsLookedUp(
  input: string,
  steps: Program['steps'],
  shapes: ReadonlyMap<string, readonly number[]>,
): number | undefined {
  const ids = new Set([input]);
  const rows: number[] = [];
  for (const step of steps) {
    const name = operatorName(step);
    for (const [at, from] of lookups[name] ?? []) {
      const shape = shapes.get(step.inputs[from]);
      if (ids.has(step.inputs[at]) && shape && sizeOf(shape) > 0) {
        rows.push(shape[step.attributes.number('axis', 0)]);
      }
    }
    if (passing.has(name) && ids.has(step.inputs[0])) ids.add(step.outputs[0]);
  }
  return rows.length === 0 ? undefined : rows.reduce((least, each) => Math.min(least, each));
}
