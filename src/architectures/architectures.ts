import type { Architecture } from './architecture';
import { alexnet } from './families/alexnet';
import { densenet } from './families/densenet';
import { googlenet } from './families/googlenet';
import { inception } from './families/inception';
import { mlp } from './families/mlp';
import { paddedResnets } from './families/paddedResnets';
import { resnet } from './families/resnet';
import { shufflenet } from './families/shufflenet';
import { squeezenet } from './families/squeezenet';
import { vgg } from './families/vgg';

/** The families of networks that are recognised by the names and shapes of their parameters. */
export const architectures: readonly Architecture[] = [
  resnet,
  ...paddedResnets,
  alexnet,
  vgg,
  squeezenet,
  densenet,
  googlenet,
  inception,
  shufflenet,
  mlp,
];
