import type { Architecture } from '../architecture';
import { vgg } from './vgg';

/** AlexNet with torchvision's names: in its spec a VGG of stages of one, one and three convolutions. */
export const alexnet: Architecture = {
  name: 'alexnet',
  networks: 'alexnet, as in torchvision',
  candidates: (network) =>
    vgg
      .candidates(network)
      .filter(({ name }) => name === 'vgg:1,1,3:classifier=classifier.1,classifier.4,classifier.6')
      .map(({ spec }) => ({ name: 'alexnet', spec })),
};
