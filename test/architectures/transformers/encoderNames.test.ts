import { explainSpec, type PermutationSpec, transformerSpec } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { type Recognition, recogniseShapes } from '../../../src/architectures/internal';
import { formatAxis } from '../../../src/symmetry/internal';
import { bert, roberta } from '../../support/architectures/transformers/bert';
import { clip } from '../../support/architectures/transformers/clip';
import { dinov2 } from '../../support/architectures/transformers/dinov2';
import { distilbert } from '../../support/architectures/transformers/distilbert';
import type { SmallTransformer } from '../../support/architectures/transformers/smallTransformer';
import { swin } from '../../support/architectures/transformers/swin';
import { t5 } from '../../support/architectures/transformers/t5';
import { vit } from '../../support/architectures/transformers/vit';
import { whisper } from '../../support/architectures/transformers/whisper';
import { withoutArrows } from '../../support/withoutArrows';

type Shapes = SmallTransformer['shapes'];

function recognised(shapes: Shapes, config: SmallTransformer['config'] | null): Recognition {
  return recogniseShapes({ shapes: shapes as Record<string, number[]>, config });
}

/** The only spec that fits. */
function specOf(shapes: Shapes, config: SmallTransformer['config'] | null): PermutationSpec {
  const { found, refused } = recognised(shapes, config);
  expect(found, `${refused.map(({ reason }) => reason.message)}`).toHaveLength(1);
  return found[0].spec;
}

function formatAxes({ params }: PermutationSpec, name: string): string {
  return withoutArrows(params[name].axes.map(formatAxis).join(' '));
}

function renamed(shapes: Shapes, change: (name: string) => string): Shapes {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [change(name), shape]));
}

describe('an encoder with other names', () => {
  it.each([
    ['bert.', bert['for a class of the sequence']],
    ['roberta.', roberta['for masked tokens']],
    ['distilbert.', distilbert['for masked tokens']],
    ['vit.', vit['for a class']],
    ['dinov2.', dinov2['for a class']],
    ['swin.', swin['for a class']],
    ['model.', whisper['for text']],
  ])('may lack the prefix %s', (prefix, { config, shapes }) => {
    const strip = (name: string) => (name.startsWith(prefix) ? name.slice(prefix.length) : name);
    const spec = specOf(shapes, config);
    const bare = specOf(renamed(shapes, strip), config);
    expect(bare.groups).toEqual(spec.groups);
    for (const name of Object.keys(shapes)) {
      expect(bare.params[strip(name)]).toEqual(spec.params[name]);
    }
  });

  it('may have the old names of layer normalisation', () => {
    const { config, shapes } = bert['for masked tokens'];
    const old = (name: string) =>
      name
        .replace(/LayerNorm\.weight$/, 'LayerNorm.gamma')
        .replace(/LayerNorm\.bias$/, 'LayerNorm.beta');
    const spec = specOf(renamed(shapes, old), config);
    const name = 'bert.embeddings.LayerNorm.gamma';
    expect(Object.keys(renamed(shapes, old))).toContain(name);
    expect(formatAxes(spec, name)).toBe('stream');
  });

  it.each<[string, SmallTransformer, Shapes]>([
    ['positions', bert.bare, { 'embeddings.position_ids': [1, 9] }],
    ['a mask', vit.bare, { 'embeddings.mask_token': [1, 1, 12] }],
    ['a mask', dinov2.bare, { 'embeddings.mask_token': [1, 12] }],
    [
      'a table of offsets',
      swin.bare,
      { 'encoder.layers.0.blocks.0.attention.self.relative_position_index': [16, 16] },
    ],
    [
      'positions of both towers',
      clip['for similarities'],
      {
        'text_model.embeddings.position_ids': [1, 6],
        'vision_model.embeddings.position_ids': [1, 5],
      },
    ],
    [
      'copies of the embedding',
      t5['with ReLU and a tied head'],
      {
        'encoder.embed_tokens.weight': [11, 10],
        'decoder.embed_tokens.weight': [11, 10],
        'lm_head.weight': [11, 10],
      },
    ],
    [
      'a second table that nothing reads',
      t5['with ReLU and a tied head'],
      { 'decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight': [8, 3] },
    ],
    ['a copy of the embedding', whisper['for text'], { 'proj_out.weight': [11, 12] }],
    [
      'a copy of the embedding',
      bert['for masked tokens'],
      { 'cls.predictions.decoder.weight': [11, 12], 'cls.predictions.decoder.bias': [11] },
    ],
  ])('may have %s', (_, { config, shapes }, more) => {
    expect(specOf({ ...shapes, ...more }, config).groups).toEqual(specOf(shapes, config).groups);
  });

  it('is called BERT without prefix and configuration, though it may be RoBERTa', () => {
    const { found } = recognised(bert.bare.shapes, null);
    expect(found.map(({ family }) => family)).toEqual(['bert']);
  });

  it('may have two heads, the second on the pooled state', () => {
    const { config, shapes } = bert['for masked tokens'];
    const second = {
      'bert.pooler.dense.weight': [12, 12],
      'bert.pooler.dense.bias': [12],
      'cls.seq_relationship.weight': [2, 12],
      'cls.seq_relationship.bias': [2],
    };
    const spec = specOf({ ...shapes, ...second }, config);
    expect(formatAxes(spec, 'bert.pooler.dense.weight')).toBe('pooled stream');
    expect(formatAxes(spec, 'cls.seq_relationship.weight')).toBe('_ pooled');
  });

  it('has no parameter that its family lacks', () => {
    const { config, shapes } = bert['for masked tokens'];
    const name = 'bert.encoder.layer.0.crossattention.self.query.weight';
    const { found, refused } = recognised({ ...shapes, [name]: [12, 12] }, config);
    expect(found).toEqual([]);
    expect(refused[0].reason.message).toContain(name);
  });
});

describe('the stream of an encoder', () => {
  it.each([
    ['bert', bert, 'bert.encoder.layer.0.output.dense.bias'],
    ['distilbert', distilbert, 'distilbert.transformer.layer.0.ffn.lin2.bias'],
    ['vit', vit, 'vit.encoder.layer.0.output.dense.bias'],
    ['dinov2', dinov2, 'dinov2.encoder.layer.0.norm1.bias'],
  ])('of %s is fixed where there is no head', (prefix, { bare, ...heads }, name) => {
    const own = name.slice(prefix.length + 1);
    const spec = specOf(bare.shapes, bare.config);
    expect(formatAxes(spec, own)).toBe('_');
    expect(explainSpec(spec)).toContain('it reaches the output');
    for (const { shapes, config } of Object.values(heads)) {
      expect(formatAxes(specOf(shapes, config), name)).toBe('stream');
    }
  });

  it('is one for both stacks of T5, two for those of Whisper', () => {
    const groupsOf = ({ shapes, config }: SmallTransformer) =>
      specOf(shapes, config).groups.map(({ name }) => name);
    expect(groupsOf(t5['with ReLU and a tied head'])).not.toContain('memory');
    expect(groupsOf(whisper['for text'])).toEqual(expect.arrayContaining(['stream', 'memory']));
  });

  it('is another in each stage of Swin', () => {
    const { shapes, config } = swin['for a class'];
    const streams = specOf(shapes, config).groups.filter(({ name }) => /^stream/.test(name));
    expect(streams.map(({ name }) => name)).toEqual(['stream.0', 'stream']);
  });
});

describe('the class in a configuration tells', () => {
  it.each([
    ['bert', bert['for a class of each token'], 'bert.'],
    ['roberta', roberta['for a class of each token'], 'roberta.'],
  ])(
    'that the classifier of %s reads the stream, though there is a pooler',
    (_, network, prefix) => {
      const pooler = { [`${prefix}pooler.dense.weight`]: [12, 12] };
      const spec = specOf({ ...network.shapes, ...pooler }, network.config);
      expect(formatAxes(spec, 'classifier.weight')).toBe('_ stream');
    },
  );

  it.each([
    ['T5Model', t5['with ReLU and a tied head'], 'shared.weight', '_ _'],
    ['T5ForConditionalGeneration', t5['with ReLU and a tied head'], 'shared.weight', '_ stream'],
    ['WhisperModel', whisper['for text'], 'model.decoder.embed_tokens.weight', '_ _'],
    ['WhisperModel', whisper['for text'], 'model.encoder.embed_positions.weight', '_ _'],
  ])('whether states are outputs: %s', (name, { shapes, config }, param, pattern) => {
    const spec = specOf(shapes, { ...config, architectures: [name] });
    expect(formatAxes(spec, param)).toBe(pattern);
  });
});

describe('transformerSpec of an encoder', () => {
  it.each([
    ['clip', { vision_config: {} }, /no 'text_config'.*clip_text_model/s],
    ['swin', { depths: [2, 0] }, /'depths' of the configuration must be a list.*\[2,0\]/s],
    ['swin', {}, /no 'depths'/],
    ['t5', { num_layers: 2 }, /no 'num_heads'/],
    ['whisper', { encoder_layers: 2 }, /no 'decoder_layers'/],
    ['bert', { num_attention_heads: 5, hidden_size: 12 }, /'hidden_size'.*12.*5/s],
  ])('says which size of %s is missing or wrong', (type, config, message) => {
    expect(() => transformerSpec(type, config)).toThrow(message);
  });

  it("takes the first CLIP's sizes where the configuration of a tower leaves them out", () => {
    const spec = transformerSpec('clip', { text_config: {}, vision_config: {} });
    const sizes = Object.fromEntries(spec.groups.map(({ name, size }) => [name, size]));
    expect(sizes).toMatchObject({ 'text.heads.11': 8, 'vision.heads.11': 12 });
  });
});
