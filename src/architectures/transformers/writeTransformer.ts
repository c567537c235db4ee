import { invalid } from '../../errors';
import {
  type FixedReason,
  type JointUse,
  type PermutationSpec,
  permutationSpec,
  type SpecDerivation,
} from '../../symmetry';
import { formatAxis, parsePattern } from '../../symmetry/internal';
import { withJointUses } from '../withJointUses';
import { countRepeats } from './countRepeats';
import { numbered, numberedParams } from './numberedParams';
import { blocksOf, type Transformer, type TransformerSizes } from './transformer';
import { UNKNOWN_HEADS, writeAxis } from './writeAxis';

/**
 * The spec of a network of a family. Axes whose groups have an unknown size are fixed.
 *
 * @param sizes - With the number of every repeated block.
 * @param prefix - The prefix of names.
 * @param isTied - True if the embedding is the head, too.
 */
export function writeTransformer(
  family: Transformer,
  sizes: TransformerSizes,
  prefix: string,
  isTied: boolean,
): PermutationSpec {
  const units = unitsOfGroups(family, sizes);
  const patterns: Record<string, string> = {};
  const fixed: FixedReason[] = [];
  for (const [param, pattern] of Object.entries(numberedParams(family, sizes, prefix))) {
    const isHead = isTied && param === prefix + family.tied?.param;
    const { axes, optional } = parsePattern(param, isHead ? asHead(pattern) : pattern);
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
  const sized = groups.map((group) => ({ ...group, size: units.get(group.name) ?? null }));
  return {
    ...withJointUses({ ...spec, groups: sized }, (group) => usesOf(family, group)),
    derivation: { fixed, warnings: [...(family.warnings ?? []), ...warningsOf(fixed)] },
  };
}

/** The pattern of an embedding [tokens, units] that is multiplied with, too. */
function asHead(pattern: string): string {
  const items = pattern.split(' ');
  return [...items.slice(0, -1), `>${items.at(-1)}`].join(' ');
}

/** The joint uses of a group: a norm over each stream, and dot products of queries and keys. */
function usesOf({ norm = 'layerNorm' }: Transformer, group: string): JointUse[] {
  if (/^(stream|memory|text|vision)(\.\d+)?$/.test(group)) return [norm];
  if (/(^|\.)keys\./.test(group)) return ['dotProduct'];
  return group === 'projected' ? ['mean', 'dotProduct'] : []; // CLIP compares images and texts by their angles.
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
