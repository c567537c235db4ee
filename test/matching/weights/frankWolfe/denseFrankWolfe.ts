/** The algorithm of Frank and Wolfe with dense matrices in float64, from the definitions: the oracle of the library's. */

type Matrix = number[][];

/** A parameter as a matrix, and the groups of its rows and columns; null for an axis without one. */
export interface DenseParameter {
  readonly rows: string | null;
  readonly columns: string | null;
  readonly a: Matrix;
  readonly b: Matrix;
}

/** A point of the polytope: a doubly stochastic matrix for each group. */
export type DensePoint = Record<string, Matrix>;

/** One iteration. */
interface DenseStep {
  readonly from: DensePoint;
  readonly to: DensePoint;
  readonly t: number;
  readonly objective: number;
}

export const uniformMatrix = (n: number): Matrix =>
  Array.from({ length: n }, () => Array.from({ length: n }, () => 1 / n));
/** P with P[i][p[i]] = 1. */
export const matrixOf = (p: ArrayLike<number>): Matrix =>
  Array.from({ length: p.length }, (_, i) =>
    Array.from({ length: p.length }, (_, j) => (p[i] === j ? 1 : 0)),
  );

const product = (x: Matrix, y: Matrix): Matrix =>
  x.map((row) => y[0].map((_, j) => row.reduce((sum, value, k) => sum + value * y[k][j], 0)));
const transpose = (x: Matrix): Matrix => x[0].map((_, j) => x.map((row) => row[j]));
const inner = (x: Matrix, y: Matrix): number =>
  x.reduce((sum, row, i) => sum + row.reduce((own, value, j) => own + value * y[i][j], 0), 0);

/** P W Q′. */
function moved({ rows, columns, b }: DenseParameter, point: DensePoint): Matrix {
  const left = rows === null ? b : product(point[rows], b);
  return columns === null ? left : product(left, transpose(point[columns]));
}

/** S of doubly stochastic matrices: Σ ⟨A, P W Q′⟩. */
export function denseObjective(parameters: readonly DenseParameter[], point: DensePoint): number {
  return parameters.reduce((sum, each) => sum + inner(each.a, moved(each, point)), 0);
}

/** (1 − t) P + t Q. */
export function mixed(from: DensePoint, to: DensePoint, t: number): DensePoint {
  const entries = Object.entries(from).map(([name, p]) => [
    name,
    p.map((row, i) => row.map((value, j) => (1 - t) * value + t * to[name][i][j])),
  ]);
  return Object.fromEntries(entries);
}

/** The derivative of S by each entry of each matrix, by differences: S is a polynomial of degree 2 on a line. */
function gradient(parameters: readonly DenseParameter[], point: DensePoint): DensePoint {
  const entries = Object.entries(point).map(([name, p]) => [
    name,
    p.map((row, i) =>
      row.map((_, j) => {
        const at = (value: number) => {
          const changed = p.map((each) => [...each]);
          changed[i][j] += value;
          return denseObjective(parameters, { ...point, [name]: changed });
        };
        return (at(1) - at(-1)) / 2;
      }),
    ),
  ]);
  return Object.fromEntries(entries);
}

/** The best permutation of a matrix, of all n!. */
function bestAssignment(gram: Matrix): Matrix {
  let [best, found] = [Number.NEGATIVE_INFINITY, [] as number[]];
  const extend = (p: number[], value: number) => {
    if (p.length === gram.length && value > best) [best, found] = [value, p];
    for (let j = 0; j < gram.length; j++) {
      if (!p.includes(j)) extend([...p, j], value + gram[p.length][j]);
    }
  };
  extend([], 0);
  return matrixOf(found);
}

/** The vertex that the gradient points to, and the gap ⟨∇S, Q − P⟩. */
function nextVertex(parameters: readonly DenseParameter[], point: DensePoint) {
  const slopes = gradient(parameters, point);
  const names = Object.keys(point);
  const vertex = Object.fromEntries(names.map((name) => [name, bestAssignment(slopes[name])]));
  return { vertex, gap: slopeTowards(parameters, point, vertex) };
}

/** ⟨∇S(P), Q − P⟩. */
export function slopeTowards(
  parameters: readonly DenseParameter[],
  point: DensePoint,
  to: DensePoint,
): number {
  const slopes = gradient(parameters, point);
  return Object.keys(point).reduce(
    (sum, name) => sum + inner(slopes[name], to[name]) - inner(slopes[name], point[name]),
    0,
  );
}

/** The t in [0, 1] that maximises the parabola through S at 0, ½ and 1. */
function bestStep(parameters: readonly DenseParameter[], from: DensePoint, to: DensePoint): number {
  const [f0, f5, f1] = [0, 0.5, 1].map((t) => denseObjective(parameters, mixed(from, to, t)));
  const curvature = 2 * (f0 + f1) - 4 * f5;
  const slope = f1 - f0 - curvature;
  const candidates = [0, 1];
  const root = -slope / (2 * curvature);
  if (root > 0 && root < 1) candidates.push(root);
  const value = (t: number) => slope * t + curvature * t * t;
  return candidates.reduce((best, t) => (value(t) > value(best) ? t : best));
}

/** All iterations from a point until the gap is at most a share of |S|, and the last vertex. */
export function denseFrankWolfe(
  parameters: readonly DenseParameter[],
  start: DensePoint,
  { tolerance, most }: { tolerance: number; most: number },
) {
  const steps: DenseStep[] = [];
  let point = start;
  let { vertex, gap } = nextVertex(parameters, point);
  while (steps.length < most && gap > tolerance * Math.abs(denseObjective(parameters, point))) {
    const t = bestStep(parameters, point, vertex);
    const next = mixed(point, vertex, t);
    steps.push({ from: point, to: vertex, t, objective: denseObjective(parameters, next) });
    point = next;
    if (steps.length < most) ({ vertex, gap } = nextVertex(parameters, point));
  }
  return { steps, point, vertex, gap };
}
