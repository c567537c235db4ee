import type { Architecture } from './architecture';
import { convnext } from './families/convnext';
import { efficientnet } from './families/efficientnet';
import { maxvit } from './families/maxvit';
import { mlp } from './families/mlp';
import { mnasnet } from './families/mnasnet';
import { mobilenetV2 } from './families/mobilenetV2';
import { mobilenetV3 } from './families/mobilenetV3';
import { regnet } from './families/regnet';
import { resnet } from './families/resnet';
import { squeezenet } from './families/squeezenet';
import { swin } from './families/swin';
import { timmMobile } from './families/timmMobile';
import { vgg } from './families/vgg';
import { vit } from './families/vit';

/** The families of networks that are recognised by the names and shapes of their parameters. */
export const architectures: readonly Architecture[] = [
  resnet,
  vgg,
  squeezenet,
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
];
