import { InvalidInputError, shortestAugmentingPath, solveAssignment } from 'perm-lmc';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { assignmentWasm } from '../../src/assignment/assignmentWasm.generated';
import { augmentInWasm } from '../../src/assignment/augmentInWasm';
import { wasmLoader } from '../../src/runtime/wasmLoader';
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
  it('runs here, and is what solveAssignment takes for 33 columns and more', async () => {
    const instantiate = vi.spyOn(WebAssembly, 'Instance');
    const { solveAssignment } = await libraryWith({});
    solveAssignment(problem(32), 32);
    expect(instantiate).toHaveBeenCalledTimes(0);
    solveAssignment(problem(33), 33);
    expect(instantiate).toHaveBeenCalledTimes(1);
    instantiate.mockRestore();
    for (const make of Object.values(kinds)) {
      for (const array of [Float32Array, Float64Array]) {
        const similarity = array.from(make(40, 70, numbers(1)));
        expect(augmentInWasm(similarity, 40, new Float64Array(70), true)).not.toBeNull();
      }
    }
  });

  it.each([33, 47, 64, 95, 300])(
    'finds the same assignment in float32 and in float64, where it is unique, for n = %i',
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
      const best = shortestAugmentingPath(similarity, n, { columns: m }).objective;
      for (const array of [Float32Array, Float64Array]) {
        const found = solveAssignment(array.from(similarity), n, { columns: m });
        expect(found.objective).toBeCloseTo(best, 9);
      }
    }
  });

  it.each([
    [Number.NaN, Float32Array],
    [Number.POSITIVE_INFINITY, Float32Array],
    [Number.NEGATIVE_INFINITY, Float32Array],
    [Number.NaN, Float64Array],
    [Number.POSITIVE_INFINITY, Float64Array],
    [Number.NEGATIVE_INFINITY, Float64Array],
  ] as const)('refuses %s wherever it stands in a %o', (value, array) => {
    for (const at of [0, 39, 40, 38 * 39, 39 * 39 - 1]) {
      const similarity = array.from(problem(39));
      similarity[at] = value;
      const where = `[${Math.floor(at / 39)}, ${at % 39}] is ${value}`;
      expect(() => solveAssignment(similarity, 39)).toThrow(InvalidInputError);
      expect(() => solveAssignment(similarity, 39)).toThrow(where);
    }
  });

  it.each([
    ['huge', 3e38, Float32Array],
    ['tiny, subnormal', 1e-41, Float32Array],
    ['large', 1e20, Float32Array],
    ['float64, huge', 1e306, Float64Array],
    ['float64, tiny', 1e-300, Float64Array],
    ['float64, large', 1e29, Float64Array],
  ] as const)('is exact for %s values, also from prices', (_, scale, array) => {
    const next = numbers(5);
    const similarity = array.from(Array.from({ length: 60 * 60 }, () => scale * (2 * next() - 1)));
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

  it('has no room for more than 4 GB, and says so', () => {
    const solver = wasmLoader<{ reserve(rows: number, columns: number, wide: boolean): number }>(
      assignmentWasm,
    )();
    expect(solver?.reserve(30_000, 30_000, true)).toBe(0);
    expect(solver?.reserve(2 ** 30, 2 ** 30, true)).toBe(0);
  });

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
    for (const array of [Float32Array, Float64Array]) {
      const similarity = array.from(problem(100));
      const here = solveAssignment(similarity, 100);
      const there = await libraryWith(globals());
      expect(there.augmentInWasm(similarity, 100, new Float64Array(100), true)).toBeNull();
      expect(there.solveAssignment(similarity, 100)).toEqual(here);
    }
  });
});
