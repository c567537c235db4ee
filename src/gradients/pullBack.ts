import { add, dispose, fill, scalar, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { invalid } from '../errors';
import type { Pass, Step } from './recordPass';
import { shareOf } from './shareOf';

/**
 * The gradients of a pass's value by tensors of the pass: from the last step to the first, the gradient by the outputs
 * of a step gives that by its inputs, and those of a tensor that several steps use add up.
 *
 * Disposes what the steps saved as soon as it is used.
 *
 * @param value - The value of the pass, a scalar.
 * @returns The gradients of the tensors that no step computes, such as parameters, by tensor.
 */
export function pullBack({ steps }: Pass, value: Tensor): ReadonlyMap<Tensor, Tensor> {
  const gradients = new Map<Tensor, Tensor>([[value, scalar(1)]]);
  for (const step of steps.toReversed()) {
    if (step.results.some((result) => gradients.has(result))) pullBackStep(step, gradients);
    dispose([...step.saved]);
  }
  return gradients;
}

/** Replaces the gradients of a step's outputs by what they add to those of its inputs. */
function pullBackStep(step: Step, gradients: Map<Tensor, Tensor>): void {
  const parts = tidy<(Tensor | undefined)[]>(() => {
    const dys = step.results.map((result) => gradients.get(result) ?? fill(result.shape, 0));
    const given = new Set(dys);
    return gradientsOfInputs(step, dys).map((part) => {
      // A tensor stands for one gradient alone, which is disposed by itself.
      if (part && given.has(part)) return shareOf(part);
      if (part) given.add(part);
      return part;
    });
  });
  for (const result of step.results) {
    gradients.get(result)?.dispose();
    gradients.delete(result);
  }
  step.sources.forEach(([, source], i) => {
    accumulate(gradients, source, parts[i]);
  });
}

/** The gradients of the inputs that a parameter reaches; undefined for 0. */
function gradientsOfInputs(step: Step, dys: readonly Tensor[]): (Tensor | undefined)[] {
  const { rule, kernel, inputs, outputs, attrs } = step;
  if (!rule) throw unknownGradient(step);
  const gradients = rule.gradients({ dy: dys[0], dys, inputs, y: outputs[0], outputs, attrs });
  return step.sources.map(([name, { shape }]) => {
    const gradient = gradients[name]?.();
    if (gradient && String(gradient.shape) !== String(shape)) {
      throw invalid(
        `the gradient of the operation ${kernel} by its input '${name}' of shape [${shape}] has shape [${gradient.shape}]`,
        'Correct the gradient that is registered for it',
        { param: 'loss', received: kernel },
      );
    }
    return gradient;
  });
}

function accumulate(
  gradients: Map<Tensor, Tensor>,
  source: Tensor,
  part: Tensor | undefined,
): void {
  if (!part) return;
  const before = gradients.get(source);
  gradients.set(source, before ? add(before, part) : part);
  if (before) dispose([before, part]);
}

function unknownGradient({ kernel, origin }: Step) {
  return invalid(
    `loss needs the gradient of the operation ${kernel}, which parameter '${origin}' reaches, and there is none`,
    `Use other operations, or register one with tf.registerGradient({ kernelName: '${kernel}', … })`,
    { param: 'loss', received: kernel },
  );
}
