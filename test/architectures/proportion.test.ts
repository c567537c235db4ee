import { InvalidInputError, mlpSpec, resnetSpec, transformerSpec, vggSpec } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { architectures, recogniseShapes } from '../../src/architectures/internal';

type Shapes = Readonly<Record<string, readonly number[]>>;

/** A limit that work in proportion to its input stays far below, and work out of proportion exceeds. */
const SECONDS = 10_000;

const numbered = (count: number, name: (i: number) => string, shape: readonly number[]): Shapes =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [name(i), shape]));

/** The outcome for every family, also those that are tried on request only. */
function recognised(shapes: Shapes, config: Record<string, unknown> | null = null) {
  const requested = architectures.filter(({ onRequest }) => onRequest).map(({ name }) => name);
  const all = [undefined, ...requested].map((family) =>
    recogniseShapes({ shapes, config }, family),
  );
  return {
    found: all.flatMap(({ found }) => found),
    reasons: all.flatMap(({ refused }) => refused.map(({ reason }) => reason.problem)),
  };
}

describe('sizes of presets', () => {
  it.each<[string, () => unknown, string]>([
    ['an MLP', () => mlpSpec(1e9), 'mlpSpec: layers must be an integer in 1 … 10000'],
    [
      'a VGG',
      () => vggSpec([1e9]),
      'vggSpec: the convolutions of each stage are 1000000000 in all',
    ],
    ['a VGG in all', () => vggSpec(Array(2).fill(5001)), 'are 10002 in all, more than 10000'],
    ['a ResNet', () => resnetSpec([1, 1e9]), 'resnetSpec: the blocks of each stage are 1000000001'],
    [
      'a Swin of many stages',
      () => transformerSpec('swin', { depths: Array(2001).fill(1) }),
      'the configuration has 2001 layers, more than 2000',
    ],
    [
      'a T5 of two stacks',
      () => transformerSpec('t5', { num_layers: 1001, num_heads: 4 }),
      'the configuration has 2002 layers, more than 2000',
    ],
  ])('%s of more layers than a network has is refused', (_, work, message) => {
    expect(work).toThrow(InvalidInputError);
    expect(work).toThrow(message);
  });

  it('the deepest are written', () => {
    expect(mlpSpec(10_000).groups).toHaveLength(9999);
    expect(vggSpec([5000, 5000]).groups).toHaveLength(10_002);
  });
});

describe('a network is recognised in time in proportion to its names', () => {
  it('whatever numbers are in them', { timeout: SECONDS }, () => {
    const names = ['layer1.1000000000.conv1.weight', 'features.1000000000.weight'];
    for (const name of names) expect(recognised({ [name]: [1, 1, 1, 1] }).found).toEqual([]);
  });

  it('whatever number of layers a configuration claims', () => {
    const config = { model_type: 'llama', hidden_size: 64, num_hidden_layers: 1e9 };
    const { found, reasons } = recognised({ a: [1] }, { ...config, num_attention_heads: 4 });
    expect(found).toEqual([]);
    expect(reasons).toEqual([
      'the configuration has 1000000000 layers, and the network only 1 parameters',
    ]);
  });

  it.each<[string, string]>([
    ['dots', 'a.'.repeat(50_000)],
    ['digits', '1'.repeat(100_000)],
    ['digits between words', '1.'.repeat(50_000)],
    ['digits that do not end it', `fc${'1'.repeat(100_000)}x`],
    ['blocks', 'layer1.0.'.repeat(11_000)],
  ])('also if a name is long: %s', { timeout: SECONDS }, (_, name) => {
    const shapes = { [`${name}.weight`]: [1, 1], [`${name}2.weight`]: [1, 1], [name]: [1] };
    expect(recognised(shapes).found).toEqual([]);
  });

  it.each<[string, Shapes]>([
    ['residual blocks', numbered(8000, (i) => `layer1.${i}.conv1.weight`, [1, 1, 1, 1])],
    ['residual stages', numbered(8000, (i) => `layer${i}.0.conv1.weight`, [1, 1, 1, 1])],
    [
      'layers of a dense block',
      numbered(8000, (i) => `features.denseblock1.denselayer${i}.conv1.weight`, [1, 1, 1, 1]),
    ],
    [
      'layers of Inception',
      numbered(8000, (i) => `Mixed_${i % 10}a.branch1x1_${i}.conv.weight`, [1, 1, 1, 1]),
    ],
    ['Fire modules', numbered(4000, (i) => `features.${i}.squeeze.weight`, [1, 1, 1, 1])],
    ['inverted residuals', numbered(4000, (i) => `layers.${i}.0.layers.0.weight`, [1, 1, 1, 1])],
    ['dense layers', numbered(8000, (i) => `fc${i}.weight`, [1, 1])],
  ])('also if there are many %s', { timeout: 30_000 }, (_, shapes) => {
    expect(recognised(shapes).found.length).toBeLessThan(2);
  });

  it('also if layers without elements claim channels', { timeout: SECONDS }, () => {
    const wide = [2 ** 20, 1, 1, 0];
    const { reasons } = recognised({
      'conv1.0.weight': wide,
      ...numbered(1000, (i) => `stage2.${i}.branch2.0.weight`, wide),
    });
    expect(reasons).toContain(
      "parameter 'conv1.0.weight' of shape [1048576,1,1,0] has no elements",
    );
  });

  it('also if blocks read fewer channels than pass them', { timeout: SECONDS }, () => {
    const { reasons } = recognised({
      'conv1.0.weight': [100_000, 3, 1, 1],
      ...numbered(1000, (i) => `stage2.${i}.branch2.0.weight`, [1, 1, 1, 1]),
    });
    expect(reasons).toContain(
      "parameter 'stage2.0.branch2.0.weight' reads 1 channels, and the image before it has 50000",
    );
  });
});
