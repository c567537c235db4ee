import { invalid } from '../../errors';
import {
  type FixedReason,
  type PermutationSpec,
  permutationSpec,
  type SpecDerivation,
} from '../../symmetry';
import { formatAxis, parsePattern } from '../../symmetry/internal';
import { countRepeats } from './countRepeats';
import { numbered, numberedParams } from './numberedParams';
import { blocksOf, type Transformer, type TransformerSizes } from './transformer';
import { UNKNOWN_HEADS, writeAxis } from './writeAxis';

/**
 * The spec of a network of a family. Axes whose groups have an unknown size are fixed.
 *
 * @param sizes - With the number of every repeated block.
 * @param prefix - The prefix of names.
 */
export function writeTransformer(
  family: Transformer,
  sizes: TransformerSizes,
  prefix: string,
): PermutationSpec {
  const units = unitsOfGroups(family, sizes);
  const patterns: Record<string, string> = {};
  const fixed: FixedReason[] = [];
  for (const [param, pattern] of Object.entries(numberedParams(family, sizes, prefix))) {
    const { axes, optional } = parsePattern(param, pattern);
    const written = axes.map((axis) => writeAxis(axis, { sizes, fixed: family.fixed, units }));
    patterns[param] = [
      ...(optional ? ['?'] : []),
      ...written.map(({ axis }) => formatAxis(axis)),
    ].join(' ');
    written.forEach(({ reasons }, axis) => {
      fixed.push(...reasons.map((why) => ({ param, axis, why })));
    });
  }
  const { groups, ...spec } = permutationSpec(patterns);
  return {
    ...spec,
    groups: groups.map((group) => ({ ...group, size: units.get(group.name) ?? null })),
    derivation: { fixed, warnings: [...(family.warnings ?? []), ...warningsOf(fixed)] },
  };
}

/** The number of units of the family's groups in every block. */
function unitsOfGroups(
  family: Transformer,
  sizes: TransformerSizes,
): Map<string, number | undefined> {
  const count = countRepeats(family, sizes);
  if (count > MOST_BLOCKS) throw tooMany(count);
  const most = blocksOf(family, sizes).reduce(
    (largest, { repeat }) => (repeat === undefined ? largest : Math.max(largest, sizes[repeat])),
    1,
  );
  const numbers = Array.from({ length: most }, (_, number) => number);
  return new Map(
    Object.entries(family.groups).flatMap(([group, size]) =>
      numbers.map((number) => [numbered(group, number), sizes[size]] as const),
    ),
  );
}

/** The most blocks, far more than networks have: each takes memory, and a configuration may claim any number. */
const MOST_BLOCKS = 2000;

function tooMany(blocks: number) {
  return invalid(
    `the configuration has ${blocks} layers, more than ${MOST_BLOCKS}`,
    'Pass the config.json of the network',
    { param: 'config', received: blocks },
  );
}

function warningsOf(fixed: SpecDerivation['fixed']): string[] {
  if (!fixed.some(({ why }) => why === UNKNOWN_HEADS)) return [];
  return [
    `${UNKNOWN_HEADS}, so the heads of attentions and the dimensions inside them are fixed. Pass the configuration (config.json) to permute them`,
  ];
}
