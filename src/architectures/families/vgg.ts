import type { Shapes } from '../../params/internal';
import { permutationSpec } from '../../symmetry';
import type { Architecture } from '../architecture';
import {
  batchNormalisation,
  convolution,
  dense,
  flattened,
  type Patterns,
} from '../presets/layout';
import { byNumbers } from './byNumbers';

/**
 * VGG networks with torchvision's names: convolutions and batch normalisations are `features.0` …, dense layers
 * `classifier` or `classifier.0` …. A stage ends where the numbers of two convolutions leave room for a pooling.
 */
export const vgg: Architecture = {
  name: 'vgg',
  networks: 'vgg11 … vgg19_bn, as in torchvision, and others with stages of any length',
  candidates({ shapes }) {
    const form = readForm(shapes);
    return form === null ? [] : [{ name: nameOf(form), spec: () => specOf(form) }];
  },
};

interface VggForm {
  /** The convolutions of each stage. */
  readonly stages: readonly (readonly Layer[])[];
  readonly classifier: readonly Layer[];
}

/** A convolution or a dense layer, and the batch normalisation after it. */
interface Layer {
  readonly name: string;
  readonly norm: string | null;
}

function readForm(shapes: Shapes): VggForm | null {
  const convolutions = layersOf(shapes, /^(features\.\d+)\.weight$/, 4);
  const classifier = layersOf(shapes, /^(classifier(?:\.\d+)?)\.weight$/, 2);
  if (convolutions.length === 0 || classifier.length === 0) return null;
  const stages: Layer[][] = [];
  convolutions.forEach((layer, i) => {
    const before = convolutions[i - 1];
    const isNext = before && positionOf(layer) - positionOf(before) <= (before.norm ? 3 : 2);
    if (isNext) stages.at(-1)!.push(layer);
    else stages.push([layer]);
  });
  return { stages, classifier };
}

/** The layers whose weights have this rank, in order. */
function layersOf(shapes: Shapes, pattern: RegExp, rank: number): Layer[] {
  const layers = Object.keys(shapes).flatMap((weight) => {
    const [, name] = pattern.exec(weight) ?? [];
    return name !== undefined && shapes[weight].length === rank ? [name] : [];
  });
  return layers.sort(byNumbers).map((name) => {
    const next = name.replace(/(?<!\d)\d+$/, (position) => String(Number(position) + 1));
    return { name, norm: Object.hasOwn(shapes, `${next}.running_mean`) ? next : null };
  });
}

function positionOf({ name }: Layer): number {
  return Number(/(?<!\d)\d+$/.exec(name)![0]);
}

const depths: Readonly<Record<string, string>> = {
  '1,1,2,2,2': '11',
  '2,2,2,2,2': '13',
  '2,2,3,3,3': '16',
  '2,2,4,4,4': '19',
};

function nameOf({ stages, classifier }: VggForm): string {
  const counts = String(stages.map((stage) => stage.length));
  const hasNorm = stages.flat().some(({ norm }) => norm !== null);
  const depth = depths[counts];
  const name = depth
    ? `vgg${depth}${hasNorm ? '_bn' : ''}`
    : `vgg:${counts}${hasNorm ? ':bn' : ''}`;
  const layers = String(classifier.map((layer) => layer.name));
  return layers === 'classifier.0,classifier.3,classifier.6'
    ? name
    : `${name}:classifier=${layers}`;
}

function specOf({ stages, classifier }: VggForm) {
  const patterns: Patterns = {};
  let input = '_';
  stages.forEach((stage, i) => {
    stage.forEach(({ name, norm }, k) => {
      const output = `conv${i + 1}.${k + 1}`;
      Object.assign(patterns, convolution('pytorch', name, input, output));
      if (norm) Object.assign(patterns, batchNormalisation('pytorch', norm, output));
      input = output;
    });
  });
  classifier.forEach(({ name, norm }, i) => {
    const output = i === classifier.length - 1 ? '_' : `dense${i + 1}`;
    const source = i === 0 ? flattened('pytorch', input) : input;
    Object.assign(patterns, dense('pytorch', name, source, output));
    if (norm) Object.assign(patterns, batchNormalisation('pytorch', norm, output));
    input = output;
  });
  return permutationSpec(patterns);
}
