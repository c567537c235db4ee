import * as tf from '@tensorflow/tfjs-core';
import { weightMatch } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { linearObjective } from '../../benchmarks/support/linearObjective';
import { markdownHead, markdownRow } from '../../benchmarks/support/table';
import { useBackend } from '../support/backend';
import { plantedCases, plantedPair } from '../support/plantedNetworks';

await useBackend('cpu');

describe('linearObjective', () => {
  // A network without moving statistics, and one that has them.
  it.each([plantedCases[1], plantedCases[5]])(
    'is the objective of weight matching, $family.name',
    async (planted) => {
      const { a, b, solution } = plantedPair(planted, 1);
      const { spec } = planted.family;
      const before = tf.memory().numTensors;
      const { permutations, objective, history } = await weightMatch(spec, a, b, {
        initial: solution,
      });
      const ours = await linearObjective(spec, a, b, solution);
      expect(Math.abs(ours / history[0] - 1)).toBeLessThan(1e-6);
      const found = await linearObjective(spec, a, b, permutations);
      expect(Math.abs(found / objective - 1)).toBeLessThan(1e-6);
      expect(tf.memory().numTensors).toBe(before);
      tf.dispose([a, b]);
    },
  );
});

describe('tables in Markdown', () => {
  it('have a head, a rule and rows', () => {
    expect(markdownHead('network', 'S')).toBe('| network | S |\n| --- | --- |');
    expect(markdownRow('MLP', '88.7')).toBe('| MLP | 88.7 |');
  });
});
