import { describe, expect, it } from 'vitest';
import { groupedConvolution } from '../../../src/architectures/families/groupedConvolution';

const names = { input: 'i', output: 'o', blocks: 'g' };

describe('groupedConvolution', () => {
  it('permutes the groups, and the channels inside each', () => {
    // 12 channels in 3 groups of 4 give 6 channels in 3 groups of 2.
    expect(groupedConvolution(names, [6, 4, 3, 3], 12)).toEqual({
      input: '(g i[g])',
      output: '(g o[g])',
      relation: 'i[g]',
      sizes: { g: 3 },
    });
  });

  it('of one group is a plain convolution', () => {
    const { input, output, relation, sizes } = groupedConvolution(names, [6, 12, 3, 3], 12);
    expect([output, relation, input, sizes]).toEqual(['o', 'i', 'i', {}]);
  });

  it('with one filter for each channel keeps the channels', () => {
    const { input, output, relation } = groupedConvolution(names, [12, 1, 3, 3], 12);
    expect([output, relation, input]).toEqual(['i', '_', 'i']);
  });
});
