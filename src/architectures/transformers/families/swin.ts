import type { Shapes } from '../../../params/internal';
import type { ModelConfig } from '../../architecture';
import { optional } from '../../optional';
import type { Patterns } from '../../presets/layout';
import { attentionLayers } from '../attentionLayers';
import { configIntegers } from '../configIntegers';
import { fixedParts } from '../fixedParts';
import { linear, norm } from '../linear';
import type { Transformer, TransformerBlock, TransformerSizes } from '../transformer';
import { patchProjection } from './vitBlocks';

const { positions, pixels, labels } = fixedParts;

/** Swin. Each stage has a stream. The table of relative positions shows the heads of each block. */
export const swin: Transformer = {
  types: ['swin'],
  networks: 'Swin',
  prefixes: ['swin.', ''],
  sizes: sizesOf,
  shownSizes: (shapes, prefix) => ({ stages: countStages(shapes, prefix) }),
  groups: {},
  fixed: {
    positions,
    pixels,
    labels,
    offsets: { why: 'each offset between positions of a window has its own bias' },
  },
  blocks: [],
  sizedBlocks: ({ stages }) => [
    {
      params: {
        ...patchProjection('embeddings.patch_embeddings.projection', streamOf(0, stages)),
        ...norm('embeddings.norm', streamOf(0, stages)),
        'embeddings.position_embeddings': `? _ positions ${streamOf(0, stages)}>`,
        'embeddings.mask_token': `? _ _ ${streamOf(0, stages)}>`,
      },
    },
    ...Array.from({ length: stages }, (_, stage) => stageOf(stage, stages)).flat(),
    { params: { ...norm('layernorm', 'stream') } },
  ],
  outside: optional(linear('classifier', 'labels', 'stream')),
  forms: [{ classes: ['SwinModel'], outputs: ['stream'], prefix: '' }],
};

function sizesOf(config: ModelConfig): TransformerSizes {
  const depths = configIntegers(config, 'depths');
  const entries = depths.map((depth, stage) => [depthOf(stage), depth]);
  return { stages: depths.length, ...Object.fromEntries(entries) };
}

function countStages(shapes: Shapes, prefix: string): number {
  let stages = 0;
  while (`${prefix}encoder.layers.${stages}.blocks.0.layernorm_before.weight` in shapes) stages++;
  return stages;
}

/** The stream of a stage. That of the last is `stream`, which the head reads. */
function streamOf(stage: number, stages: number): string {
  return stage === stages - 1 ? 'stream' : `stream.${stage}`;
}

function depthOf(stage: number): string {
  return `depth.${stage}`;
}

/** The blocks of a stage, and the merging of 2 × 2 patches that leads to the next one. */
function stageOf(stage: number, stages: number): TransformerBlock[] {
  const stream = streamOf(stage, stages);
  const blocks = { repeat: depthOf(stage), params: blockParams(stage, stream) };
  if (stage === stages - 1) return [blocks];
  const merging = `encoder.layers.${stage}.downsample`;
  const params = {
    ...norm(`${merging}.norm`, `(4 ${stream})`),
    ...linear(`${merging}.reduction`, streamOf(stage + 1, stages), `(4 ${stream})`),
  };
  return [blocks, { params }];
}

function blockParams(stage: number, stream: string): Patterns {
  const block = `encoder.layers.${stage}.blocks.#`;
  const heads = `heads.${stage}.#`;
  return {
    ...norm(`${block}.layernorm_before`, stream),
    [`${block}.attention.self.relative_position_bias_table`]: `offsets ${heads}>`,
    [`${block}.attention.self.relative_position_index`]: '? _ _',
    ...attentionLayers(
      {
        query: `${block}.attention.self.query`,
        key: `${block}.attention.self.key`,
        value: `${block}.attention.self.value`,
        output: `${block}.attention.output.dense`,
      },
      { stream, heads, keys: `keys.${stage}.#`, values: `values.${stage}.#` },
    ),
    ...norm(`${block}.layernorm_after`, stream),
    ...linear(`${block}.intermediate.dense`, `mlp.${stage}.#`, stream),
    ...linear(`${block}.output.dense`, stream, `mlp.${stage}.#`),
  };
}
