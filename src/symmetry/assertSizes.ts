import { invalid } from '../errors';
import type { Shapes } from '../params/internal';
import { strayUnit } from './assertGroups';
import { assertWholeBlocks } from './assertWholeBlocks';
import type { Group, GroupParent } from './group';
import { groupsOfAxis } from './groupsOfParams';
import { type GroupTable, unitsOfGroup } from './groupTable';
import type { PermutationSpec } from './permutationSpec';
import { sharedBlock } from './sharedBlock';

/**
 * Throws unless the groups of a network's parameters, and those that they are inside of, have sizes that fit each
 * other: a fibred group has the same number of units inside each unit of its parent, and a product has every
 * combination of its parents' units.
 */
export function assertSizes(spec: PermutationSpec, shapes: Shapes, table: GroupTable): void {
  const used = groupsOfShapes(spec, shapes);
  for (const name of used) {
    const { parents = [] } = table.groups.get(name)!;
    for (const { group } of parents) used.add(group); // The loop also visits the names that it adds.
    if (!table.sizes.has(name)) throw unknownSize(name);
  }
  for (const name of used) {
    const group = table.groups.get(name)!;
    const { parents = [] } = group;
    if (parents.length === 1) assertBlocks(name, parents[0].group, table);
  }
  for (const name of used) assertProduct(table.groups.get(name)!, table);
}

/** The groups on the axes of a network's parameters. */
function groupsOfShapes({ params }: PermutationSpec, shapes: Shapes): Set<string> {
  const names = Object.keys(params).filter((name) => Object.hasOwn(shapes, name));
  return new Set(names.flatMap((name) => params[name].axes.flatMap(groupsOfAxis)));
}

function unknownSize(name: string) {
  return invalid(
    `the size of group '${name}' is not known: no parameter of the network has it on an axis`,
    `Give its size in the spec, such as permutationSpec(patterns, { sizes: { ${name}: … } })`,
    { param: 'spec', received: name },
  );
}

function assertBlocks(name: string, parent: string, { sizes }: GroupTable): void {
  const { size, source } = sizes.get(name)!;
  assertWholeBlocks({ name, size, parent, blocks: sizes.get(parent)!.size, source });
}

/**
 * Throws unless a product's units are tuples of units of its parents, and all that agree in the ancestors in which all
 * tuples agree: n tuples are all if they are different, and n is the product of the units that each parent can have
 * where those before it are given. A permutation of the parents then moves tuples to tuples.
 */
function assertProduct({ name, size, parents = [] }: Group, table: GroupTable): void {
  if (parents.length < 2) return;
  const deciding: GroupParent[] = [];
  let tuples = 1;
  for (const parent of parents) {
    const units = unitsOfGroup(table, parent.group);
    const stray = parent.of!.find((unit) => unit >= units);
    if (stray !== undefined) throw strayUnit(name, parent.group, units, stray);
    const blocks = deciding.flatMap((other) => sharedBlock(parent, other, table) ?? []);
    const free = Math.min(units, ...blocks);
    tuples *= free;
    if (tuples > size!) break;
    if (free > 1) deciding.push(parent);
  }
  if (tuples === size) return;
  throw invalid(
    `the ${size} tuples of group '${name}' are not all combinations of units of ${parents.map(({ group }) => `'${group}'`).join(' and ')}: permutations of these would need the others`,
    'Give it a unit for each combination of units of its parents, or for each whose units are inside the same unit of a common ancestor',
    { param: 'groups', received: name },
  );
}
