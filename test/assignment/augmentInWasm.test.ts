import { InvalidInputError, shortestAugmentingPath, solveAssignment } from 'perm-lmc';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { augmentInWasm } from '../../src/assignment/augmentInWasm';
import { kinds, numbers } from '../support/assignmentProblems';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

const problem = (n: number, m = n, seed = n) =>
  Float32Array.from(kinds['gram, independent'](n, m, numbers(seed)));

/** The library as it loads where these globals are others. */
async function libraryWith(globals: Record<string, unknown>) {
  vi.resetModules();
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
  const [{ solveAssignment }, { augmentInWasm }] = await Promise.all([
    import('perm-lmc'),
    import('../../src/assignment/augmentInWasm'),
  ]);
  return { solveAssignment, augmentInWasm };
}

describe('the solver in WebAssembly', () => {
  it('runs here, and is what solveAssignment takes for 33 columns and more of float32', async () => {
    const instantiate = vi.spyOn(WebAssembly, 'Instance');
    const { solveAssignment } = await libraryWith({});
    solveAssignment(problem(32), 32);
    solveAssignment(Float64Array.from(problem(33)), 33);
    expect(instantiate).toHaveBeenCalledTimes(0);
    solveAssignment(problem(33), 33);
    expect(instantiate).toHaveBeenCalledTimes(1);
    instantiate.mockRestore();
    for (const make of Object.values(kinds)) {
      const similarity = Float32Array.from(make(40, 70, numbers(1)));
      expect(augmentInWasm(similarity, 40, new Float64Array(70), true)).not.toBeNull();
    }
  });

  it.each([33, 47, 64, 95, 300])(
    'finds the assignment that TypeScript finds, where it is unique, for n = %i',
    (n) => {
      const similarity = problem(n);
      const { assignment, objective } = solveAssignment(similarity, n);
      expect(solveAssignment(Float64Array.from(similarity), n)).toMatchObject({
        assignment,
        objective,
      });
    },
  );

  it('solves large and small problems in turn in the same memory', () => {
    for (const [n, m] of [
      [400, 400],
      [1, 33],
      [90, 200],
      [200, 90],
      [400, 400],
    ]) {
      const similarity = problem(n, m);
      expect(solveAssignment(similarity, n, { columns: m }).objective).toBeCloseTo(
        shortestAugmentingPath(similarity, n, { columns: m }).objective,
        9,
      );
    }
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'refuses %s wherever it stands',
    (value) => {
      for (const at of [0, 39, 40, 38 * 39, 39 * 39 - 1]) {
        const similarity = problem(39);
        similarity[at] = value;
        const where = `[${Math.floor(at / 39)}, ${at % 39}] is ${value}`;
        expect(() => solveAssignment(similarity, 39)).toThrow(InvalidInputError);
        expect(() => solveAssignment(similarity, 39)).toThrow(where);
      }
    },
  );

  it.each([
    ['huge', 3e38],
    ['tiny, subnormal', 1e-41],
    ['large, with warm prices', 1e20],
  ])('is exact for %s values', (_, scale) => {
    const next = numbers(5);
    const similarity = Float32Array.from({ length: 60 * 60 }, () => scale * (2 * next() - 1));
    const prices = Float64Array.from({ length: 60 }, () => scale * next());
    const best = shortestAugmentingPath(similarity, 60).objective / scale;
    expect(solveAssignment(similarity, 60).objective / scale).toBeCloseTo(best, 12);
    expect(solveAssignment(similarity, 60, { prices }).objective / scale).toBeCloseTo(best, 12);
  });

  it.each([1e6, 1e12])(
    'is exact from prices with an offset of %d, which float32 hardly tells apart',
    (offset) => {
      const similarity = problem(60);
      const cold = solveAssignment(similarity, 60);
      const prices = cold.duals.columns.map((price, j) => offset + price + (j % 7) / 10);
      const warm = solveAssignment(similarity, 60, { prices });
      expect(warm.assignment).toEqual(cold.assignment);
    },
  );

  it('leaves prices too large for float32 to TypeScript', () => {
    const similarity = problem(50);
    const prices = new Float64Array(50).fill(1e300);
    expect(augmentInWasm(similarity, 50, prices, false)).toBeNull();
    expect(prices).toEqual(new Float64Array(50).fill(1e300));
  });
});

describe('where WebAssembly cannot be had, the results are the same', () => {
  it.each<[string, () => Record<string, unknown>]>([
    ['it is missing', () => ({ WebAssembly: undefined })],
    [
      'a content security policy forbids it',
      () => ({
        WebAssembly: {
          Module: class {
            constructor() {
              throw new Error('blocked by the content security policy');
            }
          },
        },
      }),
    ],
    [
      'there is no memory',
      () => ({
        WebAssembly: {
          Module: WebAssembly.Module,
          Instance: class {
            constructor() {
              throw new RangeError('could not allocate memory');
            }
          },
        },
      }),
    ],
  ])('%s', async (_, globals) => {
    const similarity = problem(100);
    const { assignment, objective } = solveAssignment(similarity, 100);
    const there = await libraryWith(globals());
    expect(there.augmentInWasm(similarity, 100, new Float64Array(100), true)).toBeNull();
    expect(there.solveAssignment(similarity, 100)).toMatchObject({ assignment, objective });
  });
});
