import fc from 'fast-check';
import { identityPermutations, randomPermutations } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { kick } from '../../../../src/matching/weights/search/kick';
import { movableGroups } from '../../../../src/matching/weights/search/movableGroups';
import type { linearTerms } from '../../../../src/matching/weights/similarityKernel';
import { randomSource } from '../../../../src/runtime';
import type { ResolvedGroup } from '../../../../src/symmetry/resolveShapes';
import { resolveSpec } from '../../../../src/symmetry/resolveSpec';
import { useBackend } from '../../../support/backend';
import { expectFamilies } from '../../../support/expectFamilies';
import { fibredNetworks } from '../../../support/fibredNetworks';
import { knotty, knottyParams } from '../../../support/knotty';
import { randomParams, testNetworks } from '../../../support/networks';

await useBackend('cpu');

const cases = [
  ...[testNetworks[0], ...fibredNetworks].map((network) => ({
    name: network.name,
    spec: network.spec,
    params: randomParams(network, 1),
  })),
  { name: 'knotty patterns', spec: knotty.spec, params: knottyParams(1) },
];

describe.each(cases)('$name', ({ spec, params }) => {
  const { groups } = resolveSpec(spec, params);
  const movable = groups.filter(({ inner }) => inner > 1);
  /** A group and all groups inside it. */
  const withDescendants = (name: string): string[] => [
    name,
    ...groups
      .filter(({ parent }) => parent === name)
      .flatMap((child) => withDescendants(child.name)),
  ];

  it('moves one or two groups and those inside them, and nothing else; families stay families', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.boolean(), (seed, atRandom) => {
        const before = atRandom
          ? randomPermutations(spec, params, { seed })
          : identityPermutations(spec, params);
        const copy = structuredClone(before);
        const { permutations, groups: kicked } = kick(groups, movable, before, randomSource(seed));
        expect(before).toEqual(copy);
        expectFamilies(groups, permutations);
        expect(kicked.length).toBeGreaterThanOrEqual(1);
        expect(kicked.length).toBeLessThanOrEqual(2);
        expect(new Set(kicked).size).toBe(kicked.length);
        const allowed = kicked.flatMap(withDescendants);
        for (const { name } of groups) {
          if (allowed.includes(name)) continue;
          expect(permutations[name]).toBe(before[name]);
        }
        if (kicked.length === 1) {
          // Units of a single block, two at least, change places.
          const { inner } = groups.find(({ name }) => name === kicked[0]) as ResolvedGroup;
          const moved = [...before[kicked[0]].keys()].filter(
            (i) => before[kicked[0]][i] !== permutations[kicked[0]][i],
          );
          expect(moved.length).toBeGreaterThanOrEqual(2);
          expect(moved.length).toBeLessThanOrEqual(inner);
          expect(new Set(moved.map((i) => Math.floor(i / inner))).size).toBe(1);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is the same for the same random numbers, and reaches every group and both counts', () => {
    const start = identityPermutations(spec, params);
    const reached = new Set<string>();
    const counts = new Set<number>();
    for (let seed = 0; seed < 150; seed++) {
      const found = kick(groups, movable, start, randomSource(seed));
      expect(kick(groups, movable, start, randomSource(seed))).toEqual(found);
      for (const name of found.groups) reached.add(name);
      counts.add(found.groups.length);
    }
    expect([...reached].sort()).toEqual(movable.map(({ name }) => name).sort());
    expect(counts).toEqual(new Set(movable.length > 1 ? [1, 2] : [1]));
  });
});

describe('movableGroups', () => {
  const groups: ResolvedGroup[] = [
    { name: 'h', size: 3, inner: 3, parent: null },
    { name: 'one', size: 1, inner: 1, parent: null },
    { name: 'idle', size: 4, inner: 4, parent: null },
    { name: 'd', size: 6, inner: 2, parent: 'h' },
    { name: 'single', size: 3, inner: 1, parent: 'h' },
  ];
  const place = (group: string) => ({ group }) as Parameters<typeof linearTerms>[1][number];
  const on = (...names: string[]) => [{ param: 'w', places: names.map(place), scaling: null }];

  it('are those of two units or more that are on a term or have such groups inside', () => {
    const namesOf = (terms: ReturnType<typeof on>) =>
      movableGroups(groups, terms).map(({ name }) => name);
    expect(namesOf(on('h', 'one', 'd', 'single'))).toEqual(['h', 'd']);
    expect(namesOf(on('d', 'one'))).toEqual(['h', 'd']); // The units of d move with h.
    expect(namesOf(on('h'))).toEqual(['h']);
    expect(namesOf(on('idle'))).toEqual(['idle']);
    expect(namesOf(on('one'))).toEqual([]);
    expect(namesOf([])).toEqual([]);
  });
});
