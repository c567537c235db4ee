import type { Architecture } from './architecture';
import { alexnet } from './families/alexnet';
import { convnext } from './families/convnext';
import { densenet } from './families/densenet';
import { efficientnet } from './families/efficientnet';
import { googlenet } from './families/googlenet';
import { inception } from './families/inception';
import { maxvit } from './families/maxvit';
import { mlp } from './families/mlp';
import { mnasnet } from './families/mnasnet';
import { mobilenetV2 } from './families/mobilenetV2';
import { mobilenetV3 } from './families/mobilenetV3';
import { paddedResnets } from './families/paddedResnets';
import { regnet } from './families/regnet';
import { resnet } from './families/resnet';
import { shufflenet } from './families/shufflenet';
import { squeezenet } from './families/squeezenet';
import { swin } from './families/swin';
import { timmMobile } from './families/timmMobile';
import { vgg } from './families/vgg';
import { vit } from './families/vit';
import { transformerArchitecture } from './transformers/transformerArchitecture';
import { transformers } from './transformers/transformers';

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
  mobilenetV2,
  mobilenetV3,
  mnasnet,
  efficientnet,
  timmMobile,
  convnext,
  regnet,
  vit,
  swin,
  maxvit,
  mlp,
  ...transformers.map(transformerArchitecture),
];
