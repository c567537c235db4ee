import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type WeightMatchFilesOptions, weightMatchFiles } from '../../../src/node';
import type { Permutations } from '../../../src/permutation';
import { permutationSpec } from '../../../src/symmetry';
import { fileOf } from '../../io/safetensorsBytes';
import { type FuzzedParser, unsound } from '../fuzzedParser';
import { mutatedJson } from '../mutations/mutatedJson';
import { scratchFile } from '../scratchFile';

const spec = permutationSpec({ a: '_ h', b: 'h g', c: 'g' });

/** The values of a network with groups of three units: a [2, 3], b [3, 3] and c [3], one after another. */
function valuesOf(seed: number): Float32Array {
  return Float32Array.from({ length: 18 }, (_, i) => Math.sin(seed + 7 * i));
}

function checkpoint(name: string, seed: number): string {
  const header = {
    a: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
    b: { dtype: 'F32', shape: [3, 3], data_offsets: [24, 60] },
    c: { dtype: 'F32', shape: [3], data_offsets: [60, 72] },
  };
  return scratchFile(`state/${name}`, fileOf(header, new Uint8Array(valuesOf(seed).buffer)));
}

/** Σ ⟨A, P B⟩ over all parameters. */
function objectiveOf({ h, g }: Permutations): number {
  const [a, b] = [valuesOf(1), valuesOf(2)];
  let sum = 0;
  for (let i = 0; i < 3; i++) {
    for (const row of [0, 3]) sum += a[row + i] * b[row + h[i]];
    for (let j = 0; j < 3; j++) sum += a[6 + 3 * i + j] * b[6 + 3 * h[i] + g[j]];
    sum += a[15 + i] * b[15 + g[i]];
  }
  return sum;
}

const pair = [checkpoint('a.safetensors', 1), checkpoint('b.safetensors', 2)] as const;
const options = { seed: 0, restarts: 1 } satisfies WeightMatchFilesOptions;

/** The state after a number of steps. */
async function stateAfter(steps: number): Promise<unknown> {
  const state = join(dirname(pair[0]), `after-${steps}`);
  const controller = new AbortController();
  let left = steps;
  const onProgress = () => {
    if (--left === 0) controller.abort(new Error('stop'));
  };
  const work = weightMatchFiles(spec, ...pair, {
    ...{ ...options, state, onProgress, signal: controller.signal },
  });
  await work.catch((error: Error) => {
    if (error.message !== 'stop') throw error;
  });
  return JSON.parse(readFileSync(state, 'utf8'));
}

const STATES = [await stateAfter(2), await stateAfter(4), await stateAfter(1000)];
const WORDS = ['int32', 'float64', 'state', 'result', 'identity', 'runs', 'found', 'permutations'];

/** The files of interrupted matches. */
export const matchStates: readonly FuzzedParser<string>[] = [
  {
    name: 'match-state',
    inputs: mutatedJson(STATES, WORDS),
    async parse(text) {
      const state = scratchFile('state/changed', text);
      const result = await weightMatchFiles(spec, ...pair, { ...options, state });
      const { permutations, objective } = result;
      const { h, g } = permutations;
      for (const p of [h, g]) {
        if (!isDeepStrictEqual([...p].sort(), [0, 1, 2])) throw unsound(`[${p}] is returned`);
      }
      const own = objectiveOf(permutations);
      if (!(Math.abs(objective - own) < 0.01)) {
        throw unsound(`the objective is ${objective}, and S is ${own}`);
      }
    },
  },
];
