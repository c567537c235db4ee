import type {
  AxisSpec,
  Group,
  GroupParent,
  JointUse,
  ParameterSpec,
  PermutationSpec,
  SpecDerivation,
} from '../symmetry';
import { JOINT_USES } from '../symmetry/internal';
import { fitAxes, type GroupNames } from './groups/fitAxes';
import { nameGroups, type Produced } from './groups/nameGroups';
import type { ParentMap, Symmetries, UnitGroup } from './groups/unitGroup';
import type { Label } from './labels/label';
import type { TracedParam } from './labels/tracedParam';
import { type AxesUse, jointUses } from './roles/jointUses';
import type { Mark } from './roles/mark';
import { unitRoles } from './roles/unitRoles';

/** A spec, and a function that describes any label in terms of its groups. */
export interface DerivedSpec {
  readonly spec: PermutationSpec;
  describe(label: Label): ParameterSpec;
  /** The number of each free or fibred group, by its name in the spec. */
  readonly numbers: ReadonlyMap<string, number>;
}

/** The uses of groups in a trace, besides their symmetries. */
export interface GroupUses {
  /** The uses of each parameter by its label, which several names of one tensor share. */
  readonly marks: ReadonlyMap<Label, readonly Mark[]>;
  /** The axes of data that are read together. */
  readonly axes: readonly AxesUse[];
}

/** Writes symmetries as a spec of the parameters. */
export function deriveSpec(
  symmetries: Symmetries,
  params: readonly TracedParam[],
  produced: readonly Produced[],
  uses: GroupUses,
  warnings: readonly string[],
): DerivedSpec {
  const used = params.filter((param) => param.used);
  const found = nameGroups(
    symmetries,
    used.map(({ name, label }) => ({ name, spaces: label.bundles.map(({ space }) => space) })),
    produced,
  );
  const book = createBook(symmetries.groups, found, jointUses(uses.axes, symmetries));
  const specs = params.map((param): [string, ParameterSpec] => [
    param.name,
    param.used
      ? describe(param.label, symmetries, book.names, uses.marks.get(param.label) ?? [])
      : fixedSpec(param.label),
  ]);
  const spec: PermutationSpec = {
    groups: book.list(),
    params: Object.fromEntries(specs),
    unlisted: 'error',
    derivation: { fixed: params.flatMap((param) => reasons(symmetries, param)), warnings },
  };
  const names: GroupNames = {
    ...book.names,
    // Groups are not added to a finished spec.
    entryName: (group) => book.known(group),
  };
  return {
    spec,
    describe: (label) => describe(label, symmetries, names, null),
    numbers: new Map([...found].map(([group, name]) => [name, group])),
  };
}

/** The groups of a spec. Products of groups are added when an axis needs them. */
function createBook(
  groups: readonly UnitGroup[],
  found: ReadonlyMap<number, string>,
  joint: ReadonlyMap<number, ReadonlySet<JointUse>>,
) {
  const products = new Map<number, string>();
  const known = (group: number) => found.get(group) ?? products.get(group) ?? null;
  const isFree = (group: number) => found.has(group);
  const taken = new Set(found.values());

  function entryName(group: number): string {
    const name = known(group);
    if (name !== null) return name;
    const parents = determining(groups, isFree, group);
    const joined = parents.map((parent) => known(parent.group)).join('-');
    let own = joined;
    for (let k = 2; taken.has(own); k++) own = `${joined}.${k}`;
    taken.add(own);
    products.set(group, own);
    return own;
  }

  function list(): Group[] {
    // The parent of a group may be a product.
    for (const group of found.keys()) {
      for (const parent of groups[group].parents) entryName(parent.group);
    }
    const written = new Map<string, Group>();
    const write = (group: number, name: string): void => {
      if (written.has(name)) return;
      const parents = determining(groups, isFree, group);
      for (const parent of parents) write(parent.group, known(parent.group)!);
      const size = groups[group].size;
      const inside: GroupParent[] = parents.map((parent) =>
        parents.length === 1
          ? { group: known(parent.group)! }
          : { group: known(parent.group)!, of: Array.from(parent.of) },
      );
      const uses = JOINT_USES.filter((use) => joint.get(group)?.has(use));
      written.set(name, {
        name,
        size,
        ...(inside.length > 0 ? { parents: inside } : {}),
        ...(uses.length > 0 ? { joint: uses } : {}),
      });
    };
    for (const [group, name] of [...found, ...products]) write(group, name);
    return [...written.values()];
  }

  const names: GroupNames = { groups, name: (group) => found.get(group) ?? null, entryName };
  return { names, known, list };
}

/** The parents of a group. For a product, parents that are products are replaced by their own parents. */
function determining(
  groups: readonly UnitGroup[],
  isFree: (group: number) => boolean,
  group: number,
): ParentMap[] {
  const { parents } = groups[group];
  if (parents.length < 2) return [...parents];
  const base = parents.flatMap((parent): ParentMap[] =>
    isFree(parent.group)
      ? [parent]
      : determining(groups, isFree, parent.group).map((above) => ({
          group: above.group,
          of: parent.of.map((unit) => above.of[unit]),
        })),
  );
  return base.filter(
    (map, i) => !base.some((other, j) => j < i && other.group === map.group && isSame(other, map)),
  );
}

function isSame(a: ParentMap, b: ParentMap): boolean {
  return a.of.every((unit, i) => unit === b.of[i]);
}

/** The item of each axis of a labelled tensor. Only parameters have marks. */
function describe(
  label: Label,
  symmetries: Symmetries,
  names: GroupNames,
  marks: readonly Mark[] | null,
): ParameterSpec {
  const axes: AxisSpec[] = label.shape.map((size) => ({ kind: 'fixed', size }));
  for (const bundle of label.bundles) {
    const sizes = bundle.axes.map((axis) => label.shape[axis]);
    const layout = symmetries.layout(bundle.space);
    const roles =
      marks && layout && unitRoles(marks, layout, symmetries.groups, bundle.axes, sizes);
    for (const [axis, item] of fitAxes(layout, bundle.axes, sizes, names, roles)) axes[axis] = item;
  }
  return { axes, optional: false };
}

function fixedSpec({ shape }: Label): ParameterSpec {
  return { axes: shape.map((size) => ({ kind: 'fixed', size })), optional: false };
}

/** The reason for each axis of a parameter that is fixed, wholly or in part. */
function reasons(
  symmetries: Symmetries,
  { name, label, used }: TracedParam,
): SpecDerivation['fixed'][number][] {
  return label.shape.flatMap((size, axis) => {
    if (size === 1) return [];
    const why = used ? reasonOf(symmetries, label, axis) : 'the forward pass does not use it';
    return why === null ? [] : [{ param: name, axis, why }];
  });
}

function reasonOf(symmetries: Symmetries, label: Label, axis: number): string | null {
  const bundle = label.bundles.find(({ axes }) => axes.includes(axis));
  if (!bundle) return label.fixed[axis];
  const layout = symmetries.layout(bundle.space);
  if (layout && layout.present.length > 0 && !layout.groups.includes(-1)) return null;
  return symmetries.reason(bundle.space);
}
