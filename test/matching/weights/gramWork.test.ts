import { permutationSpec } from 'perm-lmc';
import { expect, it } from 'vitest';
import { gramWork } from '../../../src/matching/weights/gramWork';
import { READ } from '../../../src/matching/weights/passWork';
import { linearTerms } from '../../../src/matching/weights/similarityKernel';
import { resolveShapes } from '../../../src/symmetry/internal';

it('counts the multiplications of every place of a group, and the values to read', () => {
  const spec = permutationSpec({ in: 'h _', deep: 'g (h 9)', out: '_ g' });
  const shapes = { in: [4, 5], deep: [3, 36], out: [2, 3] };
  const terms = linearTerms(Object.keys(shapes), resolveShapes(spec, shapes).places);
  const weights = {
    bytes: 0,
    shape: (param: string) => shapes[param as keyof typeof shapes],
    values: async () => new Float32Array(0),
  };
  // in: 4² grams of rows of 5; deep: 4² of 9 copies of 3.
  expect(gramWork(weights, terms, 'h')).toBe(16 * 5 + 16 * 27 + 2 * READ * (20 + 108));
});
