/**
 * Merges two PyTorch checkpoints: reads two .pt, .pth or .safetensors files, finds the spec of
 * their architecture from names and shapes, aligns the second to the first, averages them and
 * writes the result under the same names, ready for `load_state_dict`. No forward pass is needed.
 *
 *     npm run example merge-safetensors [a.pth b.pth merged.safetensors]
 *
 * Without arguments it merges two MLPs (784-64-64-10) that the tests use, and writes
 * out/merged.safetensors. For an architecture that is not known, write the spec by hand.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { formatSpec, interpolate, permute, recogniseArchitecture, weightMatch } from 'perm-lmc';
import { readCheckpoint, writeSafetensors } from 'perm-lmc/node';

const [
  pathA = 'test/fixtures/mlp64_A.safetensors',
  pathB = 'test/fixtures/mlp64_B.safetensors',
  output = 'out/merged.safetensors',
] = process.argv.slice(2);

await tf.setBackend('wasm');
const { params: a, metadata } = await readCheckpoint(pathA);
const { params: b } = await readCheckpoint(pathB);

// Networks of torchvision, timm and Transformers; for others permutationSpec({ name: pattern }).
const { name, spec } = recogniseArchitecture(a);
console.log(`${name}\n${formatSpec(spec, a)}`);

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
