/**
 * Merges two PyTorch checkpoints: reads two .safetensors files, aligns the second to the first,
 * averages them and writes the result under the same names, ready for `load_state_dict`. Shows a
 * spec for PyTorch names; no forward pass is needed.
 *
 *     npm run example merge-safetensors [a.safetensors b.safetensors merged.safetensors]
 *
 * Without arguments it merges two MLPs (784-64-64-10) that the tests use, and writes
 * out/merged.safetensors. For another architecture, change the line that makes the spec.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { formatSpec, interpolate, mlpSpec, permute, weightMatch } from 'perm-lmc';
import { readSafetensors, writeSafetensors } from 'perm-lmc/node';

const [
  pathA = 'test/fixtures/mlp64_A.safetensors',
  pathB = 'test/fixtures/mlp64_B.safetensors',
  output = 'out/merged.safetensors',
] = process.argv.slice(2);

await tf.setBackend('wasm');
const { params: a, metadata } = await readSafetensors(pathA);
const { params: b } = await readSafetensors(pathB);

// nn.Linear layers fc1, fc2 …; for others vggSpec, resnetSpec, or permutationSpec({ name: pattern }).
const layers = Object.keys(a).filter((name) => name.endsWith('.weight')).length;
const spec = mlpSpec(layers, { layout: 'pytorch' });
console.log(formatSpec(spec, a));

const { permutations, alignment } = await weightMatch(spec, a, b, { restarts: 5 });
const aligned = permute(spec, b, permutations);
const merged = interpolate(a, aligned, 0.5, { integers: 'first' });
console.log(
  `\nalignment of A and B: ${alignment.before.toFixed(3)} as they are, ${alignment.after.toFixed(3)} aligned`,
);

mkdirSync(dirname(output), { recursive: true });
await writeSafetensors(output, merged, { metadata, overwrite: true });
console.log(`wrote ${output}`);
tf.dispose([a, b, aligned, merged]);
