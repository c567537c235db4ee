import fc from 'fast-check';
import { InvalidInputError, type ModelConfig } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { architectures, recogniseShapes } from '../../src/architectures/internal';
import { torchvisionShapes } from '../support/architectures/torchvisionFixtures';
import { publishedShapes } from '../support/architectures/transformers/publishedNetworks';

type Shapes = Readonly<Record<string, readonly number[]>>;
type Change = (shape: readonly number[], name: string, other: string) => Shapes;

/** The parameter in place of one of a listing: none, one of another name, or one of another shape. */
const changes: Readonly<Record<string, Change>> = {
  dropped: () => ({}),
  'of another name': (shape, name) => ({ [`${name}x`]: shape }),
  'of the next number': (shape, name) => ({
    [name.replace(/\d+/, (number) => `${Number(number) + 1}`)]: shape,
  }),
  'of a number far away': (shape, name) => ({ [name.replace(/\d+/, '99999999')]: shape }),
  'with the name of a property': (shape) => ({ constructor: shape }),
  'with the name of another': (shape, _, other) => ({ [other]: shape }),
  'a scalar': (_, name) => ({ [name]: [] }),
  empty: (shape, name) => ({ [name]: shape.map(() => 0) }),
  'with one axis more': (shape, name) => ({ [name]: [...shape, 2] }),
  'with one axis less': (shape, name) => ({ [name]: shape.slice(1) }),
  transposed: (shape, name) => ({ [name]: [...shape].reverse() }),
  'beyond memory': (shape, name) => ({ [name]: [2 ** 40, 0, ...shape.slice(2)] }),
  larger: ([first, ...others], name) => ({ [name]: first ? [first + 1, ...others] : [7] }),
};

/** The number of mutations of each listing. */
const RUNS = 4;

const mutations = fc.array(
  fc.tuple(fc.constantFrom(...Object.values(changes)), fc.nat(), fc.nat()),
  { minLength: 1, maxLength: 4 },
);

function mutated(shapes: Shapes, list: readonly (readonly [Change, number, number])[]): Shapes {
  return list.reduce((all, [change, at, beside]) => {
    const names = Object.keys(all);
    if (names.length === 0) return all;
    const name = names[at % names.length];
    const { [name]: shape, ...others } = all;
    return { ...others, ...change(shape, name, names[beside % names.length]) };
  }, shapes);
}

/** Asserts that a listing is refused by InvalidInputErrors, or has a spec with its names and ranks. */
function expectSpecOrRefusal(shapes: Shapes, config: ModelConfig | null) {
  const requested = architectures.filter(({ onRequest }) => onRequest).map(({ name }) => name);
  for (const family of [undefined, ...requested]) {
    const { found, refused } = recogniseShapes({ shapes, config }, family);
    for (const { reason } of refused) expect(reason).toBeInstanceOf(InvalidInputError);
    for (const { spec } of found) {
      const ranks = Object.keys(shapes).map((name) => spec.params[name]?.axes.length);
      expect(ranks).toEqual(Object.values(shapes).map(({ length }) => length));
    }
  }
}

/** The smallest model of each family. */
const vision = [
  ...['alexnet', 'vgg11_bn', 'squeezenet1_1', 'resnet18', 'resnext50_32x4d', 'vit_b_16', 'swin_t'],
  ...[
    'convnext_tiny',
    'swin_v2_t',
    'mobilenet_v3_small',
    'mobilenet_v2',
    'mnasnet0_5',
    'googlenet',
  ],
  ...['regnet_y_400mf', 'shufflenet_v2_x0_5', 'efficientnet_b0', 'inception_v3', 'maxvit_t'],
  'densenet121',
];

describe('a listing with parameters that are missing, renamed or of other shapes', () => {
  it.each(vision)('is refused, or has a spec that fits: %s', (model) => {
    const shapes = torchvisionShapes()[model];
    fc.assert(
      fc.property(mutations, (list) => expectSpecOrRefusal(mutated(shapes, list), null)),
      { numRuns: RUNS },
    );
  });

  it.each(Object.entries(publishedShapes()))(
    'is refused, or has a spec that fits: %s',
    (_, { shapes, config }) => {
      fc.assert(
        fc.property(mutations, fc.boolean(), (list, hasConfig) =>
          expectSpecOrRefusal(mutated(shapes, list), hasConfig ? config : null),
        ),
        { numRuns: RUNS },
      );
    },
  );
});
