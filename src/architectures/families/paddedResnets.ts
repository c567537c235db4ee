import { invalid } from '../../errors';
import type { Shapes } from '../../params/internal';
import type { PermutationSpec } from '../../symmetry';
import type { Architecture } from '../architecture';
import type { Units } from '../trackedSpec';
import { trackUnits } from '../trackUnits';
import { type ResnetForm, type ResnetLayer, resnetForm } from './resnetForm';
import { type TrackedNetwork, trackConvolution, trackHead } from './trackConvolution';

/**
 * Residual networks whose shortcuts have no parameters and add channels of zeros. Channel i of the stream before such a
 * shortcut is channel i + zerosBefore of the stream after it, so both move together.
 */
export const paddedResnets: readonly Architecture[] = [
  paddedResnet({
    name: 'resnet_pad_both',
    place: 'half of them before the channels',
    zerosBefore: (added) => Math.floor(added / 2),
  }),
  paddedResnet({
    name: 'resnet_pad_end',
    place: 'all of them after the channels',
    zerosBefore: () => 0,
  }),
];

interface PaddedFamily {
  readonly name: string;
  readonly place: string;
  /** The number of zeros before the channels, of all that a shortcut adds. */
  readonly zerosBefore: (added: number) => number;
}

function paddedResnet({ name, place, zerosBefore }: PaddedFamily): Architecture {
  return {
    name,
    networks: `ResNets for CIFAR whose shortcuts add channels of zeros, ${place}`,
    onRequest: true,
    candidates({ shapes }) {
      const form = resnetForm(shapes);
      return form === null ? [] : [{ name, spec: () => specOf(shapes, form, zerosBefore) }];
    },
  };
}

function specOf(
  shapes: Shapes,
  form: ResnetForm,
  zerosBefore: PaddedFamily['zerosBefore'],
): PermutationSpec {
  assertPlain(form);
  const network: TrackedNetwork = { shapes, tracker: trackUnits() };
  const add = (input: Units | null, { conv, norm }: ResnetLayer): Units =>
    trackConvolution(network, { conv, norm: norm! }, input);
  const [first, ...others] = form.stem;
  let image = others.reduce(add, add(null, first));
  for (const { layers, shortcut } of form.blocks) {
    const output = layers.reduce(add, image);
    const kept = shortcut === null ? image : add(image, shortcut);
    const before = zerosBefore(output.length - kept.length);
    network.tracker.tie(kept, output.slice(before, before + kept.length));
    image = output;
  }
  trackHead(network.tracker, form.head, image);
  return network.tracker.spec();
}

/** Throws unless the blocks have convolutions with batch normalisation, and nothing else. */
function assertPlain({ stem, blocks, preActivation }: ResnetForm): void {
  const layers = [...stem, ...blocks.flatMap((block) => [...block.layers, block.shortcut ?? []])];
  const isPlain =
    stem.length > 0 &&
    !preActivation &&
    layers.flat().every(({ norm }) => norm !== null) &&
    blocks.every((block) => block.gate === null);
  if (isPlain) return;
  throw invalid(
    'the network has layers in its blocks besides convolutions, each followed by a batch normalisation',
    'Derive the spec with traceSpec or from an ONNX file',
    { param: 'params' },
  );
}
