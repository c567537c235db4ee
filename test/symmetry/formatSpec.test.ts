import * as tf from '@tensorflow/tfjs-core';
import { formatSpec, permutationSpec } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';

await useBackend('cpu');

describe('formatSpec', () => {
  const spec = permutationSpec({
    'conv/kernel': '_ _ _ c',
    'conv/bias': '? c',
    'head/kernel': '(_ c) _',
  });

  it('lists groups with their axes and parameters with their patterns', () => {
    expect(formatSpec(spec)).toBe(
      [
        '1 group, 3 parameters',
        '  c  conv/kernel[3] conv/bias[0] head/kernel[0]',
        'parameters',
        '  conv/kernel  _ _ _ c',
        '  conv/bias    ? c',
        '  head/kernel  (_ c) _',
      ].join('\n'),
    );
  });

  it('with params: sizes, shapes and the number of symmetries, log₁₀ 5! = 2.1', () => {
    const params = { 'conv/kernel': tf.zeros([3, 3, 1, 5]), 'head/kernel': tf.zeros([20, 10]) };
    expect(formatSpec(spec, params)).toBe(
      [
        '1 group, 2 parameters, 10^2.1 symmetries',
        '  c  5 units  conv/kernel[3] head/kernel[0]',
        'parameters',
        '  conv/kernel  [3,3,1,5]  _ _ _ c',
        '  head/kernel  [20,10]    (_ c) _',
      ].join('\n'),
    );
  });

  it('does not widen all rows for one long name', () => {
    const long = 'a'.repeat(50_000);
    const patterns = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`w${i}`, '_']));
    const text = formatSpec(permutationSpec({ ...patterns, [long]: '_' }));
    expect(text).toContain(`  ${long}  _`);
    expect(text.length).toBeLessThan(50_000 + 1000 * 250);
  });
});
