import type { Architecture } from './architecture';
import { mlp } from './families/mlp';
import { resnet } from './families/resnet';
import { squeezenet } from './families/squeezenet';
import { vgg } from './families/vgg';
import { transformerArchitecture } from './transformers/transformerArchitecture';
import { transformers } from './transformers/transformers';

/** The families of networks that are recognised by the names and shapes of their parameters. */
export const architectures: readonly Architecture[] = [
  resnet,
  vgg,
  squeezenet,
  mlp,
  ...transformers.map(transformerArchitecture),
];
