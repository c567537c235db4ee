import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClusterProblem, clusterUnits } from '../../../src/fusion/zip/clusterUnits';
import { assertReachable, mergeBudgets, mostPairs } from '../../../src/fusion/zip/mergeBudgets';
import { randomSource } from '../../../src/runtime';

const now = async () => {};

describe('the merges of a zip', () => {
  it('takes the most similar pair first, and compares a merged cluster by its less similar part', async () => {
    // Units 0, 1 of A, 2, 3 of B. 0–2 merge at 0.9. Then {0, 2}–1 is α·min(0.2, 0.6) = 0.1, {0, 2}–3 is
    // α·min(0.7, 0.3) = 0.15, and 1–3 merge at 0.4.
    const similarity = symmetric(4, [
      [0, 1, 0.2],
      [0, 2, 0.9],
      [0, 3, 0.7],
      [1, 2, 0.6],
      [1, 3, 0.4],
      [2, 3, 0.3],
    ]);
    const problem = { group: 'h', units: [2, 2], size: 2, alpha: 0.5, beta: 1, similarity };
    const { of, within, across, similarities } = await clusterUnits(problem, now);
    expect([...of]).toEqual([0, 1, 0, 1]);
    expect([...similarities]).toEqual([0.9, 0.4]);
    expect([[...within], across]).toEqual([[0, 0], 2]);
  });

  it('keeps a negative similarity, which a factor below 1 would raise', async () => {
    // 0–1 merge; {0, 1}–2 would be −0.1 with α = 0.1 and is −1, so that {0, 1}–3 at −0.5 comes first.
    const similarity = symmetric(4, [
      [0, 1, 1],
      [0, 2, -1],
      [0, 3, -0.5],
      [1, 2, -1],
      [1, 3, -0.5],
      [2, 3, -0.9],
    ]);
    const problem = { group: 'h', units: [4], size: 2, alpha: 0.1, beta: 1, similarity };
    const { of, similarities } = await clusterUnits(problem, now);
    expect([...of]).toEqual([0, 0, 1, 0]);
    expect([...similarities]).toEqual([1, -0.5]);
  });

  it('allows no merge within a network when β is 0, though these are the most similar', async () => {
    const similarity = symmetric(4, [
      [0, 1, 1],
      [2, 3, 1],
      [0, 2, 0.1],
      [1, 3, 0.1],
      [0, 3, 0],
      [1, 2, 0],
    ]);
    const problem = { group: 'h', units: [2, 2], size: 2, beta: 0, similarity };
    for (const alpha of [0, 0.5]) {
      const { of } = await clusterUnits({ ...problem, alpha, similarity: similarity.slice() }, now);
      expect([...of], `α = ${alpha}`).toEqual([0, 1, 0, 1]);
    }
  });

  it('merges nothing when all units stay, and everything when one remains', async () => {
    const problem = { group: 'h', units: [2, 1], alpha: 1, beta: 1 };
    const all = await clusterUnits({ ...problem, size: 3, similarity: random(3, 1) }, now);
    expect([...all.of]).toEqual([0, 1, 2]);
    const one = await clusterUnits({ ...problem, size: 1, similarity: random(3, 1) }, now);
    expect([...one.of]).toEqual([0, 0, 0]);
    const none = { ...problem, units: [0], size: 0, similarity: new Float64Array(0) };
    expect((await clusterUnits(none, now)).of).toHaveLength(0);
  });

  it('agrees with a search of the whole matrix before every merge, ties included', async () => {
    await fc.assert(
      fc.asyncProperty(problems(), async (problem) => {
        if (!isReachable(problem)) return;
        const expected = naive({ ...problem, similarity: problem.similarity.slice() });
        const found = clusterUnits({ ...problem, similarity: problem.similarity.slice() }, now);
        if (expected === null) await expect(found).rejects.toThrow(/Pass a greater beta/);
        else {
          const { of, within, across, similarities } = await found;
          expect({
            of: [...of],
            within: [...within],
            across,
            similarities: [...similarities],
          }).toEqual(expected);
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('reaches every size that the check lets through, for one network and two', async () => {
    await fc.assert(
      fc.asyncProperty(problems(2), async (problem) => {
        if (!isReachable(problem)) return;
        const { of, within } = await clusterUnits(problem, now);
        expect(new Set(of).size).toBe(problem.size);
        const budgets = mergeBudgets(problem);
        for (const [network, count] of within.entries()) {
          expect(count).toBeLessThanOrEqual(budgets[network]);
        }
      }),
      { numRuns: 500, seed: 2 },
    );
  });

  it('refuses only sizes that no order of merges reaches', () => {
    for (const units of [[3], [2, 2], [3, 1], [2, 3], [4, 1]]) {
      const all = units.reduce((sum, count) => sum + count, 0);
      for (const alpha of [0, 1])
        for (const beta of [0, 0.3, 0.5, 1])
          for (let size = 1; size <= all; size++) {
            const limits = { group: 'h', units, size, alpha, beta };
            expect(isReachable(limits), JSON.stringify(limits)).toBe(reaches(limits));
          }
    }
  });

  it('counts the most pairs as a search over all merges does', () => {
    for (const singles of [[0], [3], [4, 1], [2, 2], [5, 1, 1], [2, 2, 1], [4, 0, 3]])
      for (const budget of [0, 1, 2]) {
        const budgets = singles.map(() => budget);
        expect(mostPairs(singles, budgets), `${singles} | ${budget}`).toBe(
          pairsBySearch(singles, budgets),
        );
      }
  });

  it('says that three networks without merges within them can end above the size', async () => {
    // A0–B0, B1–C0 and A1–C1 merge: every two of these clusters share a network.
    const similarity = symmetric(6, [
      [0, 2, 1],
      [3, 4, 1],
      [1, 5, 1],
    ]);
    const problem = { group: 'h', units: [2, 2, 2], size: 2, alpha: 1, beta: 0, similarity };
    expect(isReachable(problem)).toBe(true);
    await expect(clusterUnits(problem, now)).rejects.toThrow(
      /group 'h' end at 3 units, 2 are asked for.*β = 0/,
    );
  });

  it('throws what the yield point throws', async () => {
    const problem = {
      group: 'h',
      units: [4],
      size: 2,
      alpha: 1,
      beta: 1,
      similarity: random(4, 1),
    };
    const stopped = clusterUnits(problem, () => Promise.reject(new Error('stopped')));
    await expect(stopped).rejects.toThrow('stopped');
  });
});

/** A matrix of zeros but for these entries and their mirror images. */
function symmetric(
  n: number,
  entries: readonly (readonly [number, number, number])[],
): Float64Array {
  const matrix = new Float64Array(n * n);
  for (const [row, column, value] of entries) {
    matrix[row * n + column] = value;
    matrix[column * n + row] = value;
  }
  return matrix;
}

/** Values in −1 … 1, few enough that many are equal. */
function random(n: number, seed: number, values = 20): Float64Array {
  const source = randomSource(seed);
  const matrix = new Float64Array(n * n);
  for (let row = 0; row < n; row++)
    for (let column = row; column < n; column++) {
      const value = source.below(2 * values + 1) / values - 1;
      matrix[row * n + column] = value;
      matrix[column * n + row] = value;
    }
  return matrix;
}

function problems(most = 3): fc.Arbitrary<ClusterProblem> {
  return fc
    .record({
      units: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: most }),
      alpha: fc.constantFrom(0, 0.001, 0.5, 1),
      beta: fc.constantFrom(0, 0.2, 0.5, 1),
      seed: fc.nat(1e6),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      values: fc.constantFrom(2, 20, 1000),
    })
    .map(({ units, share, seed, values, ...rest }) => {
      const all = units.reduce((sum, count) => sum + count, 0);
      const size = Math.max(1, Math.round(share * all));
      return { ...rest, group: 'h', units, size, similarity: random(all, seed, values) };
    });
}

function isReachable(limits: Parameters<typeof assertReachable>[0]): boolean {
  try {
    assertReachable(limits);
    return true;
  } catch {
    return false;
  }
}

/** The definition: clusters as lists of units, similarities by name, and a search of all pairs before each merge. */
function naive({ units, size, alpha, beta, similarity }: ClusterProblem) {
  const networkOf = units.flatMap((count, network) => new Array<number>(count).fill(network));
  const n = networkOf.length;
  const budgets = units.map(() => Math.floor((beta * (n - size)) / units.length + 1e-9));
  const within = units.map(() => 0);
  let clusters = networkOf.map((network, unit) => ({ units: [unit], networks: [network] }));
  const between = new Map<string, number>();
  for (let one = 0; one < n; one++)
    for (let two = 0; two < n; two++) between.set(`${one} ${two}`, similarity[one * n + two]);
  const get = (one: number, two: number) => between.get(`${one} ${two}`)!;
  const similarities: number[] = [];
  let across = 0;
  while (clusters.length > size) {
    const pairs = clusters.flatMap((one, i) => clusters.slice(i + 1).map((two) => ({ one, two })));
    const allowed = pairs.filter(({ one, two }) => {
      const both = one.networks.filter((network) => two.networks.includes(network));
      if (both.some((network) => within[network] >= budgets[network])) return false;
      if (alpha > 0) return true;
      const singles = units.map(
        (_, network) =>
          clusters.filter(
            (each) =>
              each !== one &&
              each !== two &&
              each.units.length === 1 &&
              each.networks[0] === network,
          ).length,
      );
      if (one.units.length + two.units.length > 2) return false;
      const left = budgets.map(
        (budget, network) => budget - within[network] - Number(both.includes(network)),
      );
      return pairsBySearch(singles, left) >= clusters.length - 1 - size;
    });
    if (allowed.length === 0) return null;
    const value = ({ one, two }: (typeof pairs)[number]) => get(one.units[0], two.units[0]);
    const best = allowed.reduce((most, pair) => (value(pair) > value(most) ? pair : most));
    const { one, two } = best;
    similarities.push(value(best));
    const both = one.networks.filter((network) => two.networks.includes(network));
    for (const network of both) within[network]++;
    if (both.length === 0) across++;
    for (const other of clusters) {
      const [a, b, c] = [one, two, other].map((each) => each.units[0]);
      const less = Math.min(get(a, c), get(b, c));
      const now = less > 0 ? alpha * less : less;
      between.set(`${a} ${c}`, now);
      between.set(`${c} ${a}`, now);
    }
    const networks = [...new Set([...one.networks, ...two.networks])].sort();
    const merged = { units: [...one.units, ...two.units].sort((x, y) => x - y), networks };
    clusters = clusters
      .filter((each) => each !== two)
      .map((each) => (each === one ? merged : each));
  }
  const of = networkOf.map((_, unit) => clusters.findIndex((each) => each.units.includes(unit)));
  return { of, within, across, similarities };
}

/** The most pairs of single units, by trying every merge. */
function pairsBySearch(singles: readonly number[], budgets: readonly number[]): number {
  const key = `${singles}|${budgets}`;
  const known = searched.get(key);
  if (known !== undefined) return known;
  let most = 0;
  for (let one = 0; one < singles.length; one++)
    for (let two = one; two < singles.length; two++) {
      const rest = singles.map((count, k) => count - Number(k === one) - Number(k === two));
      const left = budgets.map((budget, k) => budget - Number(one === two && k === one));
      if (Math.min(...rest, ...left) < 0) continue;
      most = Math.max(most, 1 + pairsBySearch(rest, left));
    }
  searched.set(key, most);
  return most;
}

const searched = new Map<string, number>();

/** True if some order of merges reaches the size: a search over the clusters' networks. */
function reaches({ units, size, alpha, beta }: Parameters<typeof assertReachable>[0]): boolean {
  const all = units.reduce((sum, count) => sum + count, 0);
  const budget = Math.floor((beta * (all - size)) / units.length + 1e-9);
  const seen = new Set<string>();
  const search = (clusters: readonly string[], left: readonly number[]): boolean => {
    if (clusters.length === size) return true;
    const key = `${[...clusters].sort()}|${left}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return clusters.some((one, i) =>
      clusters.some((two, j) => {
        if (j <= i || (alpha === 0 && (one.endsWith('!') || two.endsWith('!')))) return false;
        const rest = left.map(
          (count, k) => count - Number(one.includes(`${k}`) && two.includes(`${k}`)),
        );
        if (Math.min(...rest) < 0) return false;
        const union = units.map((_, k) => `${k}`).filter((k) => one.includes(k) || two.includes(k));
        const others = clusters.filter((_, k) => k !== i && k !== j);
        return search([...others, `${union.join('')}!`], rest);
      }),
    );
  };
  const singles = units.flatMap((count, network) => new Array<string>(count).fill(`${network}`));
  return search(
    singles,
    units.map(() => budget),
  );
}
