import { describe, expect, it } from 'vitest';
import { connectivityMapOf } from '../../../../../examples/paper/cifar/support/connectivityMapOf';
import { mapTable } from '../../../../../examples/paper/cifar/support/mapTable';
import type { MeasuredPair } from '../../../../../examples/paper/cifar/support/measuredPair';

const pair = (loss: number) =>
  ({ pairs: [{ matched: { loss: { max: loss } } }] }) as unknown as MeasuredPair;
const map = connectivityMapOf(
  { 'plain2-128': pair(0.05), 'plain2-16': pair(0.3), 'plain10-16': pair(0.75) },
  'loss',
  0.05,
);

describe('connectivityMapOf', () => {
  it('orders depths and widths as numbers, and has null at points that were not measured', () => {
    expect(map).toEqual({
      widths: [16, 128],
      depths: [2, 10],
      barriers: [
        [0.3, 0.05],
        [0.75, null],
      ],
      tolerance: 0.05,
    });
  });
});

describe('mapTable', () => {
  it('has depth down, width across, and connected networks in bold', () => {
    expect(mapTable(map).split('\n')).toEqual([
      '| depth | width 16 | width 128 |',
      '| ----- | -------: | --------: |',
      '| 2     |    0.300 | **0.050** |',
      '| 10    |    0.750 |         – |',
    ]);
  });
});
