/** Replaces the first match of each pattern. */
type Replacements = readonly (readonly [pattern: RegExp, replacement: string])[];

/** timm's name of a parameter, from torchvision's. */
export type TimmName = (name: string) => string;

const renaming =
  (replacements: Replacements): TimmName =>
  (name) =>
    replacements.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), name);

export const timmVit = renaming([
  [/^class_token/, 'cls_token'],
  [/^conv_proj/, 'patch_embed.proj'],
  [/^encoder\.pos_embedding/, 'pos_embed'],
  [/^encoder\.ln/, 'norm'],
  [/^heads\.head/, 'head'],
  [/^heads\.pre_logits/, 'pre_logits.fc'],
  [/^encoder\.layers\.encoder_layer_/, 'blocks.'],
  [/\.ln_/, '.norm'],
  [/self_attention\.in_proj_/, 'attn.qkv.'],
  [/self_attention\.out_proj/, 'attn.proj'],
  [/\.mlp\.0/, '.mlp.fc1'],
  [/\.mlp\.3/, '.mlp.fc2'],
]);

export const timmConvnext: TimmName = (name) =>
  renaming([
    [/^features\.0\./, 'stem.'],
    [/^classifier\.0/, 'head.norm'],
    [/^classifier\.2/, 'head.fc'],
    [/layer_scale/, 'gamma'],
    [/block\.0/, 'conv_dw'],
    [/block\.2/, 'norm'],
    [/block\.3/, 'mlp.fc1'],
    [/block\.5/, 'mlp.fc2'],
  ])(name).replace(/^features\.(\d+)\./, (_, at) =>
    Number(at) % 2 === 0 ? `stages.${at / 2}.downsample.` : `stages.${(at - 1) / 2}.blocks.`,
  );

const FUSED: Replacements = [
  [/block\.0\.0/, 'conv_exp'],
  [/block\.0\.1/, 'bn1'],
  [/block\.1\.0/, 'conv_pwl'],
  [/block\.1\.1/, 'bn2'],
];
const SINGLE: Replacements = [
  [/block\.0\.0/, 'conv'],
  [/block\.0\.1/, 'bn1'],
];
const SEPARABLE: Replacements = [
  [/block\.0\.0/, 'conv_dw'],
  [/block\.0\.1/, 'bn1'],
  [/block\.1\.fc1/, 'se.conv_reduce'],
  [/block\.1\.fc2/, 'se.conv_expand'],
  [/block\.2\.0/, 'conv_pw'],
  [/block\.2\.1/, 'bn2'],
];
const INVERTED: Replacements = [
  [/block\.0\.0/, 'conv_pw'],
  [/block\.0\.1/, 'bn1'],
  [/block\.1\.0/, 'conv_dw'],
  [/block\.1\.1/, 'bn2'],
  [/block\.2\.fc1/, 'se.conv_reduce'],
  [/block\.2\.fc2/, 'se.conv_expand'],
  [/block\.[23]\.0/, 'conv_pwl'],
  [/block\.[23]\.1/, 'bn3'],
];

/** @param kinds - The kinds of blocks in the stages; the last kind is that of all further stages. */
const timmStages =
  (kinds: readonly Replacements[]): TimmName =>
  (name) => {
    const [, stage] = /^features\.(\d+)\.\d+\.block/.exec(name)?.map(Number) ?? [];
    if (stage === undefined) {
      return renaming([
        [/^features\.0\.0/, 'conv_stem'],
        [/^features\.0\.1/, 'bn1'],
        [/^features\.\d+\.0/, 'conv_head'],
        [/^features\.\d+\.1/, 'bn2'],
        [/^classifier\.1/, 'classifier'],
      ])(name);
    }
    const kind = kinds[Math.min(stage, kinds.length) - 1];
    return renaming(kind)(name).replace(`features.${stage}`, `blocks.${stage - 1}`);
  };

export const timmEfficientnet = timmStages([SEPARABLE, INVERTED]);
export const timmEfficientnetV2 = timmStages([SINGLE, FUSED, FUSED, INVERTED]);

/** The small network, whose blocks are numbered through by torchvision and divided into stages by timm. */
export const timmMobilenetV3: TimmName = (name) => {
  const [, at] = /^features\.(\d+)\.block/.exec(name)?.map(Number) ?? [];
  if (at === undefined) {
    return renaming([
      [/^features\.0\.0/, 'conv_stem'],
      [/^features\.0\.1/, 'bn1'],
      [/^features\.12\.0/, 'blocks.5.0.conv'],
      [/^features\.12\.1/, 'blocks.5.0.bn1'],
      [/^classifier\.0/, 'conv_head'],
      [/^classifier\.3/, 'classifier'],
    ])(name);
  }
  const stage = V3_STAGES.findLastIndex((first) => first <= at);
  const kind = at % 3 === 1 ? SEPARABLE : INVERTED;
  return renaming(kind)(name).replace(`features.${at}`, `blocks.${stage}.${at - V3_STAGES[stage]}`);
};

/** The first block of each stage. */
const V3_STAGES = [1, 2, 4, 7, 9];
