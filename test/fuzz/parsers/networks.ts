import { gunzipSync } from 'node:zlib';
import { transformerSpec } from '../../../src/architectures';
import { recogniseShapes } from '../../../src/architectures/internal';
import { isRecord } from '../../../src/checks';
import { InvalidInputError } from '../../../src/errors';
import { configBeside } from '../../../src/node/configBeside';
import { resolveShapes } from '../../../src/symmetry/internal';
import { bert } from '../../support/architectures/transformers/bert';
import { gpt2 } from '../../support/architectures/transformers/gpt2';
import { llama } from '../../support/architectures/transformers/llama';
import type { SmallTransformer } from '../../support/architectures/transformers/smallTransformer';
import { swin } from '../../support/architectures/transformers/swin';
import { t5 } from '../../support/architectures/transformers/t5';
import { vit } from '../../support/architectures/transformers/vit';
import { whisper } from '../../support/architectures/transformers/whisper';
import { type FuzzedParser, unsound } from '../fuzzedParser';
import { mutatedJson } from '../mutations/mutatedJson';
import { scratchFile } from '../scratchFile';
import { fixtureBytes } from './fixtureBytes';
import { parsed } from './parsed';

type Shapes = Readonly<Record<string, number[]>>;

const torchvision: Readonly<Record<string, Shapes>> = JSON.parse(
  gunzipSync(fixtureBytes('torchvision/shapes.json.gz')).toString(),
);
const transformers = [bert, gpt2, llama, t5, vit, swin, whisper].flatMap((forms) =>
  Object.values(forms as Readonly<Record<string, SmallTransformer>>).slice(0, 2),
);
const MLP = { 'fc1.weight': [8, 4], 'fc1.bias': [8], 'fc2.weight': [3, 8], 'fc2.bias': [3] };
const NETWORKS = [
  { shapes: MLP, config: null },
  ...['alexnet', 'vgg11_bn', 'resnet18', 'squeezenet1_1'].map((name) => ({
    ...{ shapes: torchvision[name], config: null },
  })),
  ...transformers.map(({ shapes, config }) => ({ shapes, config })),
];
const WORDS = [
  ...['layer1.0.conv1.weight', 'layer4.1000000000.bn2.bias', 'features.99999999.weight', 'weight'],
  ...['encoder.layer.7.output.dense.bias', 'h.0.attn.c_attn.weight', 'fc3.weight', 'config'],
  ...['num_hidden_layers', 'num_attention_heads', 'hidden_size', 'head_dim', 'model_type', 'bert'],
  ...['num_key_value_heads', 'architectures', 'shapes', 'llama', 'gpt2', 'swin', 'depths'],
];

/** Names and shapes of networks, and configurations of transformers. */
export const networks: readonly FuzzedParser<string>[] = [
  { name: 'architecture', inputs: mutatedJson(NETWORKS, WORDS), parse: recognise },
  {
    name: 'transformer-config',
    milliseconds: 1000, // A short text may ask for 2000 layers, the most that there may be.
    inputs: mutatedJson(
      transformers.map(({ config }) => config),
      WORDS,
    ),
    async parse(text) {
      scratchFile('config.json', text);
      const config = await configBeside(scratchFile('model.safetensors', ''));
      if (config === null) return;
      const { params } = transformerSpec(config.model_type as string, config);
      if (Object.keys(params).length > 2000 * 40) throw unsound('it has many parameters');
    },
  },
];

/** Tries all architectures on a listing. Throws unless what is found fits. */
function recognise(text: string): void {
  const { shapes, config } = (parsed(text) ?? {}) as Record<string, unknown>;
  if (!isListing(shapes) || !(config === null || isRecord(config))) return;
  const { found, refused } = recogniseShapes({ shapes, config });
  for (const { name, spec } of found) {
    try {
      resolveShapes(spec, shapes);
    } catch (cause) {
      throw Object.assign(unsound(`${name} is found, and does not fit`), { cause });
    }
  }
  for (const { name, reason } of refused) {
    if (reason instanceof InvalidInputError && name.length < 1000) continue;
    throw unsound(`${name.slice(0, 200)} is refused without a reason`);
  }
}

/** True for names and shapes as a reader of checkpoints returns them. */
function isListing(value: unknown): value is Shapes {
  const isShape = (shape: unknown) =>
    Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  return isRecord(value) && Object.values(value).every(isShape);
}
