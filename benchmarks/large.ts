/**
 * Matches and merges a pair of checkpoints on disk that is larger than the memory that the match may use: a
 * transformer in the shape of Llama with random weights in bf16, and a copy with noise whose units are in another
 * order. Prints the time of each phase, the peak of the resident set, and whether the order was found.
 *
 *     npm run bench large [-- --layers 2 --width 256 --mlp 704 --vocabulary 4000 --noise 0.3 --memory 1e9 --threads 2]
 *
 * The default is small. `--layers 22 --width 2048 --mlp 5632 --vocabulary 32000` make a pair of 1.1 billion
 * parameters, which takes 9 GB of the disk. `--folder F` keeps the pair in F and finds one there; `--write` ends once
 * it is written; `--state F` goes on with a match that was ended.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  invertPermutations,
  parsePermutations,
  permutationSpec,
  serializePermutations,
} from 'perm-lmc';
import { mergeFiles, permuteFile, startThreads, weightMatchFiles } from 'perm-lmc/node';
import {
  type LlamaShape,
  llamaConfig,
  llamaPatterns,
  llamaPermutations,
  writeLlama,
} from './support/largeLlama';
import { machine } from './support/machine';

const { values: flags } = parseArgs({
  options: {
    layers: { type: 'string', default: '2' },
    width: { type: 'string', default: '256' },
    mlp: { type: 'string', default: '704' },
    heads: { type: 'string' },
    vocabulary: { type: 'string', default: '4000' },
    noise: { type: 'string', default: '0.3' },
    memory: { type: 'string', default: '1e9' },
    threads: { type: 'string', default: '2' },
    folder: { type: 'string' },
    write: { type: 'boolean', default: false },
    'match-only': { type: 'boolean', default: false },
    state: { type: 'string' },
  },
});
const width = Number(flags.width);
const heads = Number(flags.heads ?? width / 64);
const shape: LlamaShape = {
  layers: Number(flags.layers),
  width,
  mlp: Number(flags.mlp),
  heads,
  groups: Math.max(1, heads / 8),
  headSize: width / heads,
  vocabulary: Number(flags.vocabulary),
};
const folder = flags.folder ?? mkdtempSync(join(tmpdir(), 'perm-lmc-large-'));
mkdirSync(folder, { recursive: true });
const spec = permutationSpec(llamaPatterns(shape));
const at = (name: string) => join(folder, name);
const [a, b] = [at('a.safetensors'), at('b.safetensors')];
const start = performance.now();

try {
  console.log(`${machine()}\n${JSON.stringify(shape)}`);
  if (!existsSync(b)) await writePair();
  if (!flags.write) await matchAndMerge();
} finally {
  if (!flags.folder) rmSync(folder, { recursive: true });
}

/** Writes A, and B as A with noise in another order. */
async function writePair(): Promise<void> {
  const planted = llamaPermutations(shape, 1);
  writeLlama(a, shape, { seed: 1, noise: 0 });
  writeLlama(at('noisy.safetensors'), shape, { seed: 1, noise: Number(flags.noise) });
  await permuteFile(spec, at('noisy.safetensors'), planted, b);
  rmSync(at('noisy.safetensors'));
  writeFileSync(at('planted.json'), serializePermutations(planted));
  writeFileSync(at('config.json'), JSON.stringify(llamaConfig(shape)));
  say('the pair is written');
}

async function matchAndMerge(): Promise<void> {
  const threads =
    Number(flags.threads) > 1 ? await startThreads({ count: Number(flags.threads) }) : undefined;
  let shown = 0;
  const { permutations, runs, resumed } = await weightMatchFiles(spec, a, b, {
    memory: Number(flags.memory),
    threads,
    state: flags.state,
    onProgress: ({ phase, sweep, group, gain, fraction, secondsLeft }) => {
      if (performance.now() - shown < 20_000) return;
      shown = performance.now();
      const left = secondsLeft === null ? '' : `, about ${(secondsLeft / 60).toFixed(1)} min left`;
      say(`${phase} ${sweep} ${group} ${gain.toFixed(3)}: ${(100 * fraction).toFixed(1)} %${left}`);
    },
  });
  await threads?.close();
  say(`matched${resumed ? ', resumed' : ''}: ${JSON.stringify(runs)}`);
  const planted = invertPermutations(parsePermutations(readFileSync(at('planted.json'), 'utf8')));
  const wrong = Object.keys(planted).filter((group) =>
    planted[group].some((unit, i) => unit !== permutations[group][i]),
  );
  say(wrong.length === 0 ? 'the order was found' : `the order of ${wrong} was not found`);
  if (flags['match-only']) return;
  await mergeFiles(spec, [a, b], [permutations], at('merged.safetensors'), { overwrite: true });
  say('merged');
}

function say(text: string): void {
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage();
  const processor = (user + system) / 1e6;
  const peak = process.resourceUsage().maxRSS / 1e3;
  console.log(
    `${seconds.toFixed(1)} s, ${processor.toFixed(1)} s of processor, peak ${peak.toFixed(0)} MB: ${text}`,
  );
}
