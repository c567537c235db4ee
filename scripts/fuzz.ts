/**
 * Fuzzes all that reads text and files of others: changed copies of valid inputs are read or refused, in time and with
 * little memory. Inputs that are neither are saved in out/fuzz. Then come the random tests of other parts.
 *
 *     npm run fuzz                                 100 000 inputs for each parser, and the random tests
 *     npm run fuzz -- onnx pytorch-pickle tracing  these alone
 *     npm run fuzz -- onnx --seed 42 --mutants 5000
 *     npm run fuzz -- onnx --file out/fuzz/onnx-42 the saved input again
 *     npm run fuzz -- --list
 */
import '@tensorflow/tfjs-backend-cpu';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { setBackend } from '@tensorflow/tfjs-core';
import { assertHandled } from '../test/fuzz/assertHandled';
import { fuzzInThread, type RoundResult } from '../test/fuzz/fuzzInThread';
import { parsers } from '../test/fuzz/parsers';

/** Random tests of vitest, which FUZZ makes long. */
const SUITES: Readonly<Record<string, readonly string[]>> = {
  assignment: ['solveAssignment', 'augmentOnCandidates'].map(
    (name) => `test/assignment/${name}.test.ts`,
  ),
  barrier: ['test/metrics/sharedFuzz.test.ts'],
  matching: [
    'test/matching/products/addProducts.test.ts',
    'test/matching/weights/incrementalGrams.test.ts',
  ],
  symmetry: ['test/symmetry/soundSpecs.test.ts'],
  tracing: ['fuzz', 'mutationFuzz', 'structureFuzz'].map((name) => `test/tracing/${name}.test.ts`),
};

/** Inputs of one round: each has its own seed. */
const ROUND = 1000;

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    mutants: { type: 'string', default: '100000' },
    file: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
});
const all = [...parsers.map(({ name }) => name), ...Object.keys(SUITES)];
const chosen = positionals.length > 0 ? positionals : all;
const unknown = chosen.filter((name) => !all.includes(name));

if (values.list) console.log(all.join('\n'));
else if (unknown.length > 0)
  fail(`there is no ${unknown.join(', ')}; there are: ${all.join(', ')}`);
else if (values.file !== undefined) await parseAgain(chosen[0], values.file);
else for (const name of chosen) await (name in SUITES ? runSuite(name) : fuzzParser(name));

/** Parses a saved input. */
async function parseAgain(name: string, path: string): Promise<void> {
  await setBackend('cpu');
  const parser = parsers.find((each) => each.name === name)!;
  const bytes = new Uint8Array(readFileSync(path));
  const input = path.endsWith('.txt') ? JSON.parse(new TextDecoder().decode(bytes)) : bytes;
  await assertHandled(parser, input);
  console.log(`${name}: ${path} is handled`);
}

/** Fuzzes a parser round by round, and saves one input for each kind of failure. */
async function fuzzParser(name: string): Promise<void> {
  const [first, mutants] = [Number(values.seed), Number(values.mutants)];
  const rounds = Array.from({ length: Math.ceil(mutants / ROUND) }, (_, i) => first + i);
  const kinds = new Set<string>();
  console.log(`${name}: ${mutants} inputs from seed ${first}`);
  let done = 0;
  await fuzzInThread({ name, rounds, mutants: Math.min(ROUND, mutants) }, (result) => {
    save(name, result, kinds);
    if (++done % 10 === 0) console.log(`${name}: ${done * ROUND} inputs`);
  });
}

function save(name: string, { seed, failure }: RoundResult, kinds: Set<string>): void {
  if (failure === null) return;
  const kind = kindOfFailure(String(failure.error));
  if (kinds.has(kind)) return;
  kinds.add(kind);
  mkdirSync('out/fuzz', { recursive: true });
  const { input, error, mutant } = failure;
  // As JSON, a text keeps half pairs.
  const isText = typeof input === 'string';
  const path = `out/fuzz/${name}-${seed}${isText ? '.txt' : ''}`;
  writeFileSync(path, isText ? JSON.stringify(input) : input);
  fail(`${name}: seed ${seed}, input ${mutant}, saved in ${path}: ${error}`);
}

/** The error and the places in the library, without numbers: the same for failures with one cause. */
function kindOfFailure(error: string): string {
  const [head, ...places] = error.split('\n');
  const own = places.filter((place) => place.includes('/src/')).slice(0, 2);
  return [head.slice(0, 100), ...own].join('\n').replace(/\d+/g, '#');
}

function runSuite(name: string): void {
  const words = ['vitest', 'run', ...SUITES[name], '--testTimeout', '1800000'];
  const { status } = spawnSync('npx', words, {
    stdio: 'inherit',
    env: { ...process.env, FUZZ: '2000' },
  });
  if (status !== 0) fail(`${name}: a random test fails`);
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
