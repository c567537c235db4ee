import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type WeightMatchFilesOptions, weightMatchFiles } from '../../../src/node';
import { permutationSpec } from '../../../src/symmetry';
import { fileOf } from '../../io/safetensorsBytes';
import { type FuzzedParser, unsound } from '../fuzzedParser';
import { mutatedJson } from '../mutations/mutatedJson';
import { scratchFile } from '../scratchFolder';

const spec = permutationSpec({ a: '_ h', b: 'h g', c: 'g' });

/** A checkpoint with groups of three units. */
function checkpoint(name: string, seed: number): string {
  const header = {
    a: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
    b: { dtype: 'F32', shape: [3, 3], data_offsets: [24, 60] },
    c: { dtype: 'F32', shape: [3], data_offsets: [60, 72] },
  };
  const values = Float32Array.from({ length: 18 }, (_, i) => Math.sin(seed + 7 * i));
  return scratchFile(`state/${name}`, fileOf(header, new Uint8Array(values.buffer)));
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
      // A file may hold another match that could have been made: its values are not compared with the checkpoints.
      const { h, g } = permutations;
      for (const p of [h, g]) {
        if (!isDeepStrictEqual([...p].sort(), [0, 1, 2])) throw unsound(`[${p}] is returned`);
      }
      if (!Number.isFinite(objective)) throw unsound(`the objective is ${objective}`);
    },
  },
];
