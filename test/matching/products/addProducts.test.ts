import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { addMatrix } from '../../../src/matching/products/addMatrix';
import { addProducts } from '../../../src/matching/products/addProducts';
import { allPanels } from '../../../src/matching/products/allPanels';
import { PANEL } from '../../../src/matching/products/packPanels';
import {
  type PanelWorkspace,
  panelWorkspace,
  plainWorkspace,
  type WorkspaceSize,
  wasmWorkspace,
} from '../../../src/matching/products/panelWorkspace';
import { rowLength, someUnits, type UnitRows } from '../../../src/matching/products/unitRows';
import { numbers } from '../../support/assignmentProblems';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** Rows at random places of an array, with or without factors. */
function randomRows(
  shape: { units: number; copies: number; rest: number; factors: boolean },
  next: () => number,
): UnitRows {
  const { units, copies, rest, factors } = shape;
  const values = Float32Array.from({ length: units * copies + rest + 10 }, () => next() - 0.5);
  const offsets = (length: number, below: number) => ({
    offsets: Int32Array.from({ length }, () => Math.floor(below * next())),
    factors: factors ? Float32Array.from({ length }, next) : null,
  });
  return {
    values,
    units,
    copies,
    first: offsets(units * copies, units * copies),
    rest: offsets(rest, rest + 10),
  };
}

/** Value k of unit u, by the definition. */
function valueAt({ values, copies, first, rest }: UnitRows, u: number, k: number): number {
  const row = u * copies + Math.floor(k / rest.offsets.length);
  const q = k % rest.offsets.length;
  const factor = (first.factors?.[row] ?? 1) * (rest.factors?.[q] ?? 1);
  return factor * values[first.offsets[row] + rest.offsets[q]];
}

const problem = fc.record({
  rows: fc.integer({ min: 1, max: 19 }),
  columns: fc.integer({ min: 1, max: 21 }),
  copies: fc.integer({ min: 1, max: 3 }),
  rest: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 200, max: 600 })),
  factors: fc.boolean(),
  minus: fc.boolean(),
  twice: fc.boolean(),
  seed: fc.nat(),
});

const workspaces: [string, (size: WorkspaceSize) => PanelWorkspace][] = [
  ['WebAssembly', (size) => wasmWorkspace(size)!],
  ['TypeScript', plainWorkspace],
];

describe.each(workspaces)('addProducts in %s', (_name, workspace) => {
  it('adds Σ left · (right − minus)ᵀ, as three loops do', () => {
    fc.assert(
      fc.property(problem, ({ rows, columns, copies, rest, factors, minus, twice, seed }) => {
        const next = numbers(seed);
        const of = (units: number) => randomRows({ units, copies, rest, factors }, next);
        const product = () => ({
          left: of(rows),
          right: of(columns),
          minus: minus ? of(columns) : null,
        });
        const products = twice ? [product(), product()] : [product()];
        const before = Float32Array.from({ length: rows * columns }, () => next());
        const sum = before.slice();
        addProducts(sum, products, workspace);
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < columns; j++) {
            let wanted = before[i * columns + j];
            for (const { left, right, minus: taken } of products) {
              for (let k = 0; k < rowLength(left); k++) {
                const other = valueAt(right, j, k) - (taken ? valueAt(taken, j, k) : 0);
                wanted += valueAt(left, i, k) * other;
              }
            }
            expect(Math.abs(sum[i * columns + j] - wanted)).toBeLessThan(1e-3);
          }
        }
      }),
      { numRuns: Number(process.env.FUZZ ?? 60) },
    );
  });

  it('gives each row the same bits whether it is computed with the others or alone', () => {
    const next = numbers(4);
    const [left, right] = [23, 17].map((units) =>
      randomRows({ units, copies: 2, rest: 300, factors: true }, next),
    );
    const whole = new Float32Array(23 * 17);
    addProducts(whole, [{ left, right, minus: null }], workspace);
    for (const [from, to] of [
      [0, 12],
      [12, 23],
    ]) {
      const part = new Float32Array((to - from) * 17);
      addProducts(part, [{ left: someUnits(left, from, to), right, minus: null }], workspace);
      expect(part).toEqual(whole.slice(from * 17, to * 17));
    }
  });

  it('gives the same bits wherever its rows are packed', () => {
    const next = numbers(6);
    for (const [units, copies, length] of [
      [23, 1, 300],
      [64, 2, 150],
      [9, 3, 5],
    ]) {
      // Units side by side, and units in lines, with their columns in another order.
      const sideBySide = (k: number) => copies * units * ((7 * k) % length);
      const inLines = (k: number) => (7 * k) % length;
      for (const [step, column] of [
        [1, sideBySide],
        [length, inLines],
      ] as const) {
        const rows = (): UnitRows => ({
          values: Float32Array.from({ length: copies * units * length }, next),
          ...{ units, copies },
          first: {
            offsets: Int32Array.from(
              { length: units * copies },
              (_, at) => step * (Math.floor(at / copies) + (at % copies) * units),
            ),
            factors: null,
          },
          rest: { offsets: Int32Array.from({ length }, (_, k) => column(k)), factors: null },
        });
        const product = { left: rows(), right: rows(), minus: null };
        const elsewhere = (size: WorkspaceSize) => ({ ...workspace(size), packer: () => null });
        const [sum, wanted] = [0, 1].map(() => new Float32Array(units ** 2));
        addProducts(sum, [product], workspace);
        addProducts(wanted, [product], elsewhere);
        expect(sum).toEqual(wanted);
        expect(sum.some((value) => value !== 0)).toBe(true);
      }
    }
  });

  it('gives the same bits with panels of all columns, packed before', () => {
    fc.assert(
      fc.property(problem, ({ rows, columns, copies, rest, factors, minus, seed }) => {
        const next = numbers(seed);
        const of = (units: number) => randomRows({ units, copies, rest, factors }, next);
        const product = { left: of(rows), right: of(columns), minus: minus ? of(columns) : null };
        const { left, right } = product;
        const packed = (side: UnitRows, width: number) => ({
          ...side,
          panels: allPanels(side, width, (length) => new Float32Array(length)),
        });
        const before = { left: packed(left, PANEL.left), right: packed(right, PANEL.right) };
        const [sum, wanted] = [0, 1].map(() => new Float32Array(rows * columns));
        addProducts(sum, [{ ...product, ...before }], workspace);
        addProducts(wanted, [product], workspace);
        expect(sum).toEqual(wanted);
      }),
      { numRuns: Number(process.env.FUZZ ?? 60) },
    );
  });

  it.each([5, 2 ** 15 + 7])('adds a whole matrix of %d values, in blocks', (length) => {
    const next = numbers(8);
    const [total, matrix] = [1, 2].map(() => Float32Array.from({ length }, next));
    const wanted = total.map((value, at) => Math.fround(value + matrix[at]));
    addMatrix(total, matrix, workspace);
    expect(total).toEqual(wanted);
  });

  it('does nothing without products or without values', () => {
    const sum = Float32Array.of(1, 2);
    addProducts(sum, [], workspace);
    const empty = randomRows({ units: 1, copies: 1, rest: 0, factors: false }, numbers(1));
    addProducts(sum, [{ left: empty, right: { ...empty, units: 2 }, minus: null }], workspace);
    expect(Array.from(sum)).toEqual([1, 2]);
    addProducts(new Float32Array(0), [{ left: empty, right: empty, minus: null }], workspace);
  });
});

describe('panelWorkspace', () => {
  const size = { rows: 4, columns: 8, depth: 3 };

  it('is WebAssembly here, one memory for one product after another', () => {
    const instantiate = vi.spyOn(WebAssembly, 'Instance');
    const [first, second] = [panelWorkspace(size), panelWorkspace(size)];
    expect(first.sums.buffer).toBe(second.sums.buffer);
    expect(instantiate.mock.calls.length).toBeLessThanOrEqual(1);
    instantiate.mockRestore();
  });

  it.each<[string, Record<string, unknown>]>([
    ['there is no WebAssembly', { WebAssembly: undefined }],
    [
      'a content security policy forbids it',
      {
        WebAssembly: {
          Module: class {
            constructor() {
              throw new Error('refused');
            }
          },
        },
      },
    ],
  ])('is TypeScript where %s', async (_name, globals) => {
    vi.resetModules();
    for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
    const fresh = await import('../../../src/matching/products/panelWorkspace');
    expect(fresh.wasmWorkspace(size)).toBeNull();
    const { left, right, sums, multiply } = fresh.panelWorkspace(size);
    left.fill(2);
    right.fill(3);
    multiply(3);
    expect(Array.from(sums)).toEqual(new Array(32).fill(18));
  });

  it('is null for more memory than WebAssembly has', () => {
    expect(wasmWorkspace({ rows: 40_000, columns: 40_000, depth: 256 })).toBeNull();
  });
});
