import { mul, reshape, sum, type Tensor } from '@tensorflow/tfjs-core';
import { invalid } from '../../../errors';
import { sizeOf } from '../../../params/internal';
import { permutedValue, storedIn, tensorValue, toTensor, type Value } from '../../values/value';
import { allOnHost } from '../operator';
import { hostContraction } from './hostContraction';
import type { Labelled } from './labelled';
import { product } from './product';

/** The most products that are added up on the host. */
const MOST_ON_HOST = 2 ** 22;

/** The sum of products over all labels that are not of the result, as `einsum` has it. */
export function contraction(operands: readonly Labelled[], result: readonly string[]): Value {
  const sizes = sizesOf(operands);
  const host = allOnHost(operands.map(({ value }) => value));
  if (host && sizeOf([...sizes.values()]) <= MOST_ON_HOST) {
    const onHost = operands.map(({ labels }, i) => ({ value: host[i]!, labels }));
    return hostContraction(onHost, result, sizes);
  }
  const found = operands.map(squeezed(sizes)).reduce((left, right, i) => {
    const later = operands.slice(i + 1).flatMap(({ labels }) => labels);
    return pairContraction(left, right, [...result, ...later]);
  });
  return arranged(summed(found, result), result, sizes);
}

/** The size of each label. Throws where two sizes do not broadcast. */
function sizesOf(operands: readonly Labelled[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { value, labels } of operands) {
    for (const [axis, label] of labels.entries()) {
      const [known, size] = [sizes.get(label) ?? 1, value.shape[axis]];
      if (known === 1) sizes.set(label, size);
      else if (size !== known && size !== 1) {
        throw invalid(
          `the shapes ${operands.map((each) => `[${each.value.shape}]`).join(' and ')} cannot be multiplied`,
          'Pass an input of a shape that the graph takes',
          { param: 'input', received: size },
        );
      }
    }
  }
  return sizes;
}

/** An operand without the axes of size 1 that broadcast against another operand. */
function squeezed(sizes: ReadonlyMap<string, number>) {
  return ({ value, labels }: Labelled): Labelled => {
    const kept = labels.filter((label, axis) => value.shape[axis] === sizes.get(label));
    if (kept.length === labels.length) return { value, labels };
    const shape = kept.map((label) => sizes.get(label)!);
    return { value: tensorValue(reshape(toTensor(value), shape)), labels: kept };
  };
}

/** The operand summed over the labels that are not kept. */
function summed({ value, labels }: Labelled, kept: readonly string[]): Labelled {
  if (labels.every((label) => kept.includes(label))) return { value, labels };
  const axes = labels.flatMap((label, axis) => (kept.includes(label) ? [] : [axis]));
  return {
    value: tensorValue(sum(toTensor(value), axes)),
    labels: labels.filter((label) => kept.includes(label)),
  };
}

/**
 * The sum of products of two operands over the labels that are not kept: one batched product of matrices. Two labels of
 * its batch stay apart: joined, a tracer would have to follow each element of the attention heads.
 */
function pairContraction(a: Labelled, b: Labelled, kept: readonly string[]): Labelled {
  const left = summed(a, [...kept, ...b.labels]);
  const right = summed(b, [...kept, ...a.labels]);
  const isShared = (label: string) => left.labels.includes(label) && right.labels.includes(label);
  const isKept = (label: string) => kept.includes(label);
  const batch = left.labels.filter((label) => isShared(label) && isKept(label));
  const inner = left.labels.filter((label) => isShared(label) && !isKept(label));
  const rows = left.labels.filter((label) => !isShared(label));
  const columns = right.labels.filter((label) => !isShared(label));
  const apart = batch.length <= 2 ? batch.map((label) => [label]) : [batch];
  const x = grouped(left, [...apart, rows, inner]);
  const y = grouped(right, [...apart, inner, columns]);
  const labels = [...batch, ...rows, ...columns];
  const shape = labels.map((label) => sizeIn(left, label) ?? sizeIn(right, label)!);
  // Without a label to sum over, inner is an axis of 1 and the product is an outer one.
  const found = inner.length === 0 ? mul(x, y) : product(x, y);
  return { value: tensorValue(reshape(found, shape)), labels };
}

/** The operand as a tensor with one axis for each group of labels. */
function grouped(operand: Labelled, groups: readonly (readonly string[])[]): Tensor {
  const { value, labels } = operand;
  const order = groups.flat().map((label) => labels.indexOf(label));
  const shape = groups.map((group) => sizeOf(group.map((label) => sizeIn(operand, label)!)));
  return reshape(storedIn(value, order), shape);
}

function sizeIn({ value, labels }: Labelled, label: string): number | undefined {
  const axis = labels.indexOf(label);
  return axis < 0 ? undefined : value.shape[axis];
}

/** The value with its axes in the order of the result. No data moves. */
function arranged(
  { value, labels }: Labelled,
  result: readonly string[],
  sizes: ReadonlyMap<string, number>,
): Value {
  const tensor = value.kind === 'tensor' ? value : tensorValue(toTensor(value));
  const present = result.filter((label) => labels.includes(label));
  const found = permutedValue(
    tensor,
    present.map((label) => labels.indexOf(label)),
  );
  if (present.length === result.length) return found;
  // Labels of size 1 in every operand that has them.
  return tensorValue(
    reshape(
      toTensor(found),
      result.map((label) => sizes.get(label)!),
    ),
  );
}
