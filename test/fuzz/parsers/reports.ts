import '@tensorflow/tfjs-backend-cpu';
import { isDeepStrictEqual } from 'node:util';
import {
  mean,
  mul,
  type NamedTensorMap,
  setBackend,
  square,
  tensor1d,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core';
import { type ConnectivityCell, simultaneousConnectivity } from '../../../src/connectivity';
import { permutationSpec } from '../../../src/symmetry';
import { type FuzzedParser, unsound } from '../fuzzedParser';
import { mutatedJson } from '../mutations/mutatedJson';
import { parsed } from './parsed';

await setBackend('cpu');
const spec = permutationSpec({ a: '_ h', b: 'h' });

const network = (seed: number): NamedTensorMap => ({
  a: tensor2d([seed, 2, 3, 4, 5, 6 * seed], [2, 3]),
  b: tensor1d([3, 1 + seed, 2]),
});
const sequences = [
  [network(1), network(2)],
  [network(3), network(4)],
] as const;
const options = {
  spec,
  match: async () => ({ permutations: { h: Int32Array.of(2, 0, 1) } }),
  evaluate: async ({ a, b }: NamedTensorMap) => {
    const [loss] = tidy(() => mean(square(mul(a, b))).dataSync());
    return { loss };
  },
  ...{ tolerance: 0.1, points: 3, matrix: true },
};
const cells: Record<string, ConnectivityCell> = {};
await simultaneousConnectivity(...sequences, {
  ...options,
  onCell: (key, cell) => {
    cells[key] = cell;
  },
});
const PART = Object.fromEntries(Object.entries(cells).slice(0, 4));
const WORDS = [
  ...['kind', 'settings', 'value', 'permutations', 'barrier', 'h', 'loss', 'max', 'values'],
  ...['alphas', 'points', 'baseline', 'linear', 'argmax', ...Object.keys(cells)],
];

/** Cells of reports that go on. */
export const reports: readonly FuzzedParser<string>[] = [
  {
    name: 'report',
    inputs: mutatedJson([cells, PART], WORDS),
    async parse(text) {
      const finished = parsed(text);
      if (finished === undefined) return;
      const report = await simultaneousConnectivity(...sequences, {
        ...options,
        finished: finished as typeof cells,
      });
      const maxima = report.one.map(({ loss }) => loss.max);
      if (report.verdict.barrier !== Math.max(...maxima)) throw unsound('the verdict is another');
      for (const { h } of report.permutations) {
        if (!isDeepStrictEqual([...h].sort(), [0, 1, 2])) throw unsound(`[${h}] is used`);
      }
      if (!isDeepStrictEqual(JSON.parse(JSON.stringify(report)), report)) {
        throw unsound('the report is not plain data');
      }
    },
  },
];
