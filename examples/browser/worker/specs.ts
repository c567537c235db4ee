import {
  mlpSpec,
  type PermutationSpec,
  parseSpec,
  permutationSpec,
  resnetSpec,
  vggSpec,
} from 'perm-lmc';
import type { SpecSource } from '../protocol';
import { readFile } from './readFile';

const layout = 'pytorch' as const;

/** The presets of the page's menu, for a network with parameters of these names. */
const presets: Record<string, (names: readonly string[]) => PermutationSpec> = {
  'mlp-pytorch': (names) => mlpSpec(layersOf(names, '.weight'), { layout }),
  'mlp-tfjs': (names) => mlpSpec(layersOf(names, '/kernel')),
  vgg11: () => vggSpec(11, { layout }),
  vgg16: () => vggSpec(16, { layout }),
  vgg16_bn: () => vggSpec(16, { layout, batchNorm: true }),
  resnet18: () => resnetSpec([2, 2, 2, 2], { layout }),
  resnet34: () => resnetSpec([3, 4, 6, 3], { layout }),
  resnet50: () => resnetSpec([3, 4, 6, 3], { layout, block: 'bottleneck' }),
};

/** The spec that the visitor chose or wrote. Errors name the part that cannot be read. */
export async function readSpec(
  source: SpecSource,
  names: readonly string[],
  signal: AbortSignal,
): Promise<PermutationSpec> {
  if (source.kind === 'json') return parseSpec(await readText(source.file, signal));
  if (source.kind === 'patterns') return permutationSpec(readPatterns(source.text));
  const preset = presets[source.name];
  if (!preset) throw new Error(`there is no preset '${source.name}'`);
  return preset(names);
}

/** The text of a spec's file: at most 64 MB, which is far more than a spec has. */
async function readText(file: File, signal: AbortSignal): Promise<string> {
  if (file.size > 64e6) throw new Error(`'${file.name}' has more than 64 MB and is no spec`);
  return new TextDecoder().decode(await readFile(file, signal));
}

/** Parses lines of a name, a colon and a pattern. The last colon divides, because names may contain colons. */
function readPatterns(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const entries = lines.map((line) => {
    const colon = line.lastIndexOf(':');
    if (colon < 1) {
      throw new Error(
        `the line '${line.trim()}' is not a pattern: write the parameter's name, a colon and an item for each axis, such as 'fc1.weight: h1 _'`,
      );
    }
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
  if (entries.length === 0) {
    throw new Error(
      'there is no pattern yet: write one line for each parameter, or choose a preset',
    );
  }
  return Object.fromEntries(entries);
}

/** The dense layers of a network in the order of their numbers. */
function layersOf(names: readonly string[], ending: string): string[] {
  const layers = names
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length));
  if (layers.length === 0) {
    throw new Error(
      `network A has no parameter whose name ends with '${ending}', as this preset expects: its first parameter is '${names[0]}'. Choose another preset or write patterns`,
    );
  }
  const byNumber = new Intl.Collator('en', { numeric: true });
  return layers.sort(byNumber.compare);
}
