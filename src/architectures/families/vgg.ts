import type { Architecture } from '../architecture';
import { vggSpec } from '../presets';
import { byNumber } from './byNumber';

/** VGG networks with torchvision's names. */
export const vgg: Architecture = {
  name: 'vgg',
  networks: 'vgg11 … vgg19 and vgg11_bn … vgg19_bn, as in torchvision',
  candidates({ shapes }) {
    const names = Object.keys(shapes);
    const classifier = names
      .flatMap((name) => /^(classifier(?:\.\d+)?)\.weight$/.exec(name)?.[1] ?? [])
      .sort(byNumber);
    if (classifier.length === 0 || !names.some((name) => name.startsWith('features.'))) return [];
    return ([11, 13, 16, 19] as const).flatMap((depth) =>
      [false, true].flatMap((batchNorm) => {
        const name = `vgg${depth}${batchNorm ? '_bn' : ''}`;
        const options = { layout: 'pytorch', batchNorm } as const;
        return [
          { name, spec: () => vggSpec(depth, options) },
          {
            name: `${name}:classifier=${classifier}`,
            spec: () => vggSpec(depth, { ...options, classifier }),
          },
        ];
      }),
    );
  },
};
