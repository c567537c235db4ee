import { hostValues } from '../model/hostValues';
import type { TensorSource } from '../model/tensorSource';
import type { FlatTensor, GraphStep } from './flatGraph';
import { madeStep } from './madeStep';

/** The values of both directions of a recurrent layer at all times, by the name of their joint value Y. */
export interface JointOutput {
  /** The names of the values of the directions. */
  readonly parts: readonly string[];
  /** The order of axes that puts directions and units last, if Y does not have it. */
  readonly order: readonly number[] | null;
}

/**
 * Steps in which a reshape that joins the directions and units of Y, [times, sequences, 2, units], reads the directions side
 * by side, [times, sequences, 1, 2 · units]. The elements are in the same order, and the units of each direction are
 * positions of their own instead of one axis that both share.
 */
export function joinedUnits(
  steps: readonly GraphStep[],
  tensors: ReadonlyMap<string, FlatTensor>,
  source: TensorSource,
  outputs: ReadonlyMap<string, JointOutput>,
): GraphStep[] {
  const joint = new Map<string, string>();
  return steps.flatMap((step) => {
    const { op, domain, inputs } = step;
    if (domain !== '') return [step];
    const output = outputs.get(inputs[0]);
    if (op === 'Transpose' && output?.order) {
      const { order, parts } = output;
      if (step.attributes.numbers('perm', []).join() !== order.join()) return [step];
      const moved = parts.map((part) => `${part}.moved@${step.outputs[0]}`);
      const joined = `${step.outputs[0]}.joined`;
      joint.set(step.outputs[0], joined);
      return [
        step,
        ...parts.map((part, i) => ({ ...step, inputs: [part], outputs: [moved[i]] })),
        madeStep(step, 'Concat', moved, [joined], { axis: 3 }),
      ];
    }
    if (op !== 'Reshape' || !joinsUnits(step, tensors, source)) return [step];
    const known = joint.get(inputs[0]);
    if (known) return [{ ...step, inputs: [known, ...inputs.slice(1)] }];
    if (!output || output.order) return [step];
    const joined = `${inputs[0]}.joined@${step.outputs[0]}`;
    return [
      madeStep(step, 'Concat', output.parts, [joined], { axis: 3 }),
      { ...step, inputs: [joined, ...inputs.slice(1)] },
    ];
  });
}

/** True for a reshape to a known shape that copies none of the sizes of the last two axes. */
function joinsUnits(
  { inputs }: GraphStep,
  tensors: ReadonlyMap<string, FlatTensor>,
  source: TensorSource,
): boolean {
  const shape = tensors.get(inputs[1]);
  if (!shape) return false;
  const sizes = shape.values ?? hostValues(source, shape.record!);
  return Array.from(sizes.data).every((size, axis) => axis < 2 || size !== 0);
}
