import type { Shapes } from '../../params/internal';
import type { Architecture, NetworkListing } from '../architecture';
import { fixGroups } from '../fixGroups';
import { dense, type Patterns } from '../presets/layout';
import { withReasons } from '../withReasons';
import { headsOfVit } from './headsOfVit';
import { layerNormalisation } from './layerNormalisation';
import { STREAM, type VitLayer, vitSpec } from './vitSpec';

/** Vision transformers with torchvision's names, and with timm's. */
export const vit: Architecture = {
  name: 'vit',
  networks: 'vit_b_16 … vit_h_14, as in torchvision; vit and deit, as in timm',
  candidates(network) {
    return [torchvision, timm].flatMap((naming) => {
      const layers = layersOf(Object.keys(network.shapes), naming);
      if (layers.length === 0) return [];
      return [{ name: 'vit', spec: () => specOf(network, naming, layers) }];
    });
  },
};

/** The names of the parameters of a vision transformer. */
interface Naming {
  /** The name of a layer's packed weight, with the number of the layer in a group. */
  readonly layer: RegExp;
  readonly patch: string;
  readonly before: Patterns;
  /** Patterns of the parameters after the layers. */
  readonly after: Patterns;
  /** The dense layer before the last one, which a network may lack, and the last one. */
  readonly heads: readonly [hidden: string, last: string];
  readonly layerNames: (i: number, shapes: Shapes) => VitLayer;
  /** Reasons to doubt that the number of heads is that of the published network. */
  readonly warnings: readonly string[];
}

const torchvision: Naming = {
  layer: /^encoder\.layers\.encoder_layer_(\d+)\.self_attention\.in_proj_weight$/,
  patch: 'conv_proj',
  before: {
    class_token: `_ _ ${STREAM}>`,
    'conv_proj.weight': `${STREAM}> _ _ _`,
    'conv_proj.bias': `? ${STREAM}>`,
    'encoder.pos_embedding': `_ _ ${STREAM}>`,
  },
  after: layerNormalisation('encoder.ln', STREAM),
  heads: ['heads.pre_logits', 'heads.head'],
  warnings: [],
  layerNames(i, shapes) {
    const layer = `encoder.layers.encoder_layer_${i}`;
    const attention = `${layer}.self_attention`;
    // Files of the weights that torchvision published have the names of its first version.
    const isFirstVersion = `${layer}.mlp.linear_1.weight` in shapes;
    return {
      norms: [`${layer}.ln_1`, `${layer}.ln_2`],
      attention: {
        attention,
        weight: `${attention}.in_proj_weight`,
        bias: `${attention}.in_proj_bias`,
        output: `${attention}.out_proj`,
      },
      mlp: isFirstVersion
        ? [`${layer}.mlp.linear_1`, `${layer}.mlp.linear_2`]
        : [`${layer}.mlp.0`, `${layer}.mlp.3`],
      scales: [],
    };
  },
};

const timm: Naming = {
  layer: /^blocks\.(\d+)\.attn\.qkv\.weight$/,
  patch: 'patch_embed.proj',
  before: {
    cls_token: `? _ _ ${STREAM}>`,
    dist_token: `? _ _ ${STREAM}>`,
    reg_token: `? _ _ ${STREAM}>`,
    pos_embed: `_ _ ${STREAM}>`,
    'patch_embed.proj.weight': `${STREAM}> _ _ _`,
    'patch_embed.proj.bias': `? ${STREAM}>`,
    ...layerNormalisation('norm_pre', STREAM),
  },
  after: {
    ...layerNormalisation('norm', STREAM),
    ...layerNormalisation('fc_norm', STREAM),
    'head_dist.weight': `? _ ${STREAM}`,
    'head_dist.bias': '? _',
  },
  heads: ['pre_logits.fc', 'head'],
  // MoCo v3, for one, has networks with these names and other numbers of heads.
  warnings: [
    'Names and shapes do not show the number of heads. It is that of the published network with this width and depth. ' +
      'If the network has another, the spec does not hold: give num_attention_heads in the configuration.',
  ],
  layerNames(i) {
    const layer = `blocks.${i}`;
    const attention = `${layer}.attn`;
    return {
      norms: [`${layer}.norm1`, `${layer}.norm2`],
      attention: {
        attention,
        weight: `${attention}.qkv.weight`,
        bias: `${attention}.qkv.bias`,
        output: `${attention}.proj`,
      },
      mlp: [`${layer}.mlp.fc1`, `${layer}.mlp.fc2`],
      scales: [`${layer}.ls1.gamma`, `${layer}.ls2.gamma`],
    };
  },
};

function layersOf(names: readonly string[], { layer }: Naming): number[] {
  const layers = names.flatMap((name) => layer.exec(name)?.[1] ?? []).map(Number);
  return layers.sort((a, b) => a - b);
}

function specOf(network: NetworkListing, naming: Naming, layers: readonly number[]) {
  const { shapes, config } = network;
  const width = shapes[`${naming.patch}.weight`]?.[0] ?? 0;
  const { heads, isPublished } = headsOfVit(config, width, layers.length);
  const spec = vitSpec({
    before: naming.before,
    layers: layers.map((i) => naming.layerNames(i, shapes)),
    after: { ...naming.after, ...headPatterns(naming.heads, shapes) },
    heads,
  });
  const outputs = `${naming.heads[1]}.weight` in shapes ? [] : [STREAM];
  return fixGroups(
    withReasons(spec, { warnings: isPublished ? naming.warnings : [] }),
    new Set(outputs),
    WITHOUT_HEAD,
  );
}

const WITHOUT_HEAD = {
  why: 'the network has no head, so it reaches the output',
  warning: 'The network has no head, so its features are its output and stay fixed.',
};

/** The patterns of the dense layers at the end. A network that computes features has none. */
function headPatterns([hidden, last]: readonly [string, string], shapes: Shapes): Patterns {
  if (!(`${last}.weight` in shapes)) return {};
  if (!(`${hidden}.weight` in shapes)) return dense('pytorch', last, STREAM, '_');
  return {
    ...dense('pytorch', hidden, STREAM, hidden),
    ...dense('pytorch', last, hidden, '_'),
  };
}
