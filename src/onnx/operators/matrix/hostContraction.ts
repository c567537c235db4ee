import { sizeOf, stridesOf } from '../../../params/internal';
import { type HostArray, hostArray } from '../../values/hostArray';
import type { Labelled } from './labelled';

/** The sum of products over all labels that are not of the result, on the host. */
export function hostContraction(
  operands: readonly Labelled<HostArray>[],
  result: readonly string[],
  sizes: ReadonlyMap<string, number>,
): HostArray {
  const labels = [...result, ...[...sizes.keys()].filter((label) => !result.includes(label))];
  const steps = operands.map((operand) => labels.map((label) => stepOf(operand, label)));
  const shape = labels.map((label) => sizes.get(label)!);
  const resultShape = shape.slice(0, result.length);
  const data = new Array<number>(sizeOf(resultShape)).fill(0);
  const inner = sizeOf(shape.slice(result.length));
  const total = sizeOf(shape);
  const position = new Array<number>(labels.length).fill(0);
  const offsets = new Array<number>(operands.length).fill(0);
  for (let at = 0; at < total; at++) {
    let term = 1;
    for (const [i, { value }] of operands.entries()) term *= value.data[offsets[i]];
    data[Math.floor(at / inner)] += term;
    for (let axis = labels.length - 1; axis >= 0; axis--) {
      position[axis]++;
      const isEnd = position[axis] === shape[axis];
      for (const [i, step] of steps.entries()) {
        offsets[i] += isEnd ? -step[axis] * (shape[axis] - 1) : step[axis];
      }
      if (!isEnd) break;
      position[axis] = 0;
    }
  }
  const isFloat = operands.some(({ value }) => value.dtype === 'float32');
  return hostArray(isFloat ? 'float32' : 'int32', resultShape, data);
}

/** The distance of two elements that are neighbours along a label; 0 where the operand is broadcast. */
function stepOf({ value: { shape }, labels }: Labelled<HostArray>, label: string): number {
  const axis = labels.indexOf(label);
  return axis < 0 || shape[axis] === 1 ? 0 : stridesOf(shape)[axis];
}
