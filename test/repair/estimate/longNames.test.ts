import { describe, expect, it } from 'vitest';
import { nameChooser } from '../../../src/repair/estimate/nameChooser';
import { outputAxes } from '../../../src/repair/estimate/outputAxes';

const long = (word: string) => word.repeat(100_000 / word.length);

describe('kernels are found in time in proportion to their names', () => {
  it('by the kinds of their layers', { timeout: 10_000 }, () => {
    for (const word of ['a', 'conv', 'conv.', '1', '.']) {
      const layer = `${long(word)}/x`;
      expect(nameChooser([`${layer}.conv1.weight`, 'conv1.weight'])(`${layer}.bn1`)).toBe(
        `${layer}.conv1.weight`,
      );
      expect(nameChooser([`${layer}.conv2.weight`])(`${layer}.bn1`)).toBeNull();
    }
  });

  it('by the word for their kind', { timeout: 10_000 }, () => {
    expect(outputAxes(`${long('MatMul')}/x`, 2, 'outputsFirst', 'outputs')).toEqual([0]);
    expect(outputAxes(`x/${long('MatMul')}`, 2, 'outputsFirst', 'outputs')).toEqual([1]);
    expect(outputAxes(`${long('depthwise')}/x`, 4, 'outputsLast', 'outputs')).toEqual([3]);
    expect(outputAxes(`x.${long('depthwise')}`, 4, 'outputsLast', 'outputs')).toEqual([2, 3]);
  });
});
