import { InvalidInputError, named } from '../errors';
import { serializeSpec } from '../io';
import type { Shapes } from '../params/internal';
import { resolveShapes } from '../symmetry/internal';
import { parsePreset } from './parsePreset';

/**
 * The presets that fit tensors of these names and shapes. Names suggest candidates, and each is tried. Names
 * and shapes do not determine the computation: a network with a skip connection without parameters also fits
 * a preset without it.
 */
export function guessPresets(shapes: Shapes): string[] {
  return named('guessPresets', () => {
    const found = new Map<string, string>();
    for (const preset of new Set(candidates(shapes))) {
      if (!fits(preset, shapes)) continue;
      const same = serializeSpec(parsePreset(preset)!);
      if (!found.has(same)) found.set(same, preset);
    }
    return [...found.values()];
  });
}

function fits(preset: string, shapes: Shapes): boolean {
  try {
    resolveShapes(parsePreset(preset)!, shapes);
    return true;
  } catch (error) {
    if (error instanceof InvalidInputError) return false;
    throw error;
  }
}

function candidates(shapes: Shapes): string[] {
  const names = Object.keys(shapes);
  return [...resnets(names), ...vggs(names), ...mlps(shapes)];
}

/** Candidates from the number of blocks in each stage, counted from names such as `layer2.0.conv1.weight`. */
function resnets(names: readonly string[]): string[] {
  const blocks: number[] = [];
  for (const name of names) {
    const [, stage, block] = /^layer(\d+)\.(\d+)\./.exec(name)?.map(Number) ?? [];
    if (stage === undefined || stage < 1 || stage > 16) continue;
    blocks[stage - 1] = Math.max(blocks[stage - 1] ?? 0, block + 1);
  }
  if (blocks.length === 0 || blocks.includes(undefined!)) return [];
  const kind = names.some((name) => name.endsWith('.conv3.weight')) ? ':bottleneck' : '';
  const projections = blocks.map((_, i) =>
    names.includes(`layer${i + 1}.0.downsample.0.weight`) ? 'yes' : 'no',
  );
  const usual = `resnet:${blocks}${kind}`;
  return [usual, `${usual}:projections=${projections}`];
}

function vggs(names: readonly string[]): string[] {
  const classifier = names
    .flatMap((name) => /^(classifier(?:\.\d+)?)\.weight$/.exec(name)?.[1] ?? [])
    .sort(byNumber);
  if (classifier.length === 0 || !names.some((name) => name.startsWith('features.'))) return [];
  return [11, 13, 16, 19].flatMap((depth) =>
    ['', '_bn'].flatMap((norm) => [
      `vgg${depth}${norm}`,
      `vgg${depth}${norm}:classifier=${classifier}`,
    ]),
  );
}

/** Candidates from dense layers whose names differ only in a number: fc1, fc2 … or net.0, net.2 … */
function mlps(shapes: Shapes): string[] {
  const layers = Object.keys(shapes).flatMap((name) => /^(.+)\.weight$/.exec(name)?.[1] ?? []);
  const stems = new Set(layers.map((name) => name.replace(/\d+$/, '')));
  const isNumbered = layers.every((name) => /\d$/.test(name) && !/[,:]/.test(name));
  if (layers.length === 0 || stems.size !== 1 || !isNumbered) return [];
  return [`mlp:${layers.length}`, `mlp:${[...layers].sort(byNumber)}`];
}

/** Orders names by the number at their end. */
function byNumber(a: string, b: string): number {
  const numberOf = (name: string) => Number(/\d*$/.exec(name)![0]);
  return numberOf(a) - numberOf(b);
}
