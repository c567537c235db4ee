import { expect, it } from 'vitest';
import { batches } from '../../../examples/support/batches';
import { warmUpCosine } from '../../../examples/support/schedules';

it('warmUpCosine rises in a line and falls along half a cosine', () => {
  const rate = warmUpCosine(0.8, 4, 12);
  expect([0, 1, 2, 3].map(rate)).toEqual([0.2, 0.4, 0.6000000000000001, 0.8]);
  // (0.8/2)(1 + cos(π·k/8)) for k = 0, 4 and 8.
  expect(rate(4)).toBeCloseTo(0.8, 12);
  expect(rate(8)).toBeCloseTo(0.4, 12);
  expect(rate(12)).toBeCloseTo(0, 12);
});

it('warmUpCosine without a warm-up begins at the highest rate', () => {
  expect(warmUpCosine(0.1, 0, 10)(0)).toBe(0.1);
});

it('batches with dropLast leave out what a full batch leaves over, in every epoch other images', () => {
  const options = { count: 7, batchSize: 3, seed: 1, firstStep: 0, steps: 6, dropLast: true };
  const all = [...batches(options)].map(({ images }) => [...images]);
  expect(all.map((images) => images.length)).toEqual([3, 3, 3, 3, 3, 3]);
  const epochs = [0, 2, 4].map((step) => [...all[step], ...all[step + 1]]);
  for (const epoch of epochs) expect(new Set(epoch).size).toBe(6);
  expect(new Set(epochs.map(String)).size).toBe(3);
  const later = [...batches({ ...options, firstStep: 3 })].map(({ images }) => [...images]);
  expect(later).toEqual(all.slice(3));
});
