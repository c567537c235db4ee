import type { Permutation, Permutations } from '../../../permutation';
import { addMatrix } from '../../products/addMatrix';
import { assignFamily } from '../assignFamily';
import { checkedSolver } from '../checkedSolver';
import type { DescentStep } from '../coordinateDescent';
import type { DescentSetting } from '../descentState';
import { type Family, familyOf, namesIn } from '../family';
import { familyTerms } from '../familyTerms';
import { totalObjective } from '../totalObjective';
import { trace } from '../trace';
import { movedTowards, type SoftPermutation, softTrace } from './softPermutation';

/** The start of a Frank–Wolfe run. */
export interface FrankWolfeStart {
  /** The run starts half way between these permutations and J/n. */
  readonly initial: Permutations;
  /** By group, `[n × n]`: the part of its gram that others change, with these at J/n. It is changed. */
  readonly uniform: ReadonlyMap<string, Float32Array>;
  readonly onStep: (step: DescentStep) => void;
}

/** The end of a Frank–Wolfe run. */
export interface FrankWolfeEnd {
  /** The vertex that the last gradient points to. */
  readonly permutations: Permutations;
  /** S of `initial`. */
  readonly initialObjective: number;
  readonly iterations: number;
}

/** A run ends when the gap, an upper bound on what is left to gain at this gradient, is this share of |S|. */
const TOLERANCE = 1e-2;

/** The most iterations of a run. */
const MOST_ITERATIONS = 60;

/**
 * Raises the objective over doubly stochastic matrices, all groups at once, by the algorithm of Frank & Wolfe. Each
 * iteration solves the assignment problem of every group's gram Ḡ at the present point P, and moves from P towards
 * the solution Q:
 *
 *     P ← P + t (Q − P),   S(P + t (Q − P)) = S(P) + c₁ t + c₂ t²,
 *     c₁ = Σ_g ⟨Ḡ_g, Q_g − P_g⟩,   c₂ = ½ Σ_g ⟨G_g(Q) − Ḡ_g, Q_g − P_g⟩,
 *
 * with the t in [0, 1] that maximises it. A gram is affine in the permutations of the others, so Ḡ moves by
 * Ḡ ← Ḡ + t (G(Q) − Ḡ), and grams are computed for permutations only. It needs two n × n matrices for each group.
 *
 * All this is exact where each parameter has at most two places. Where one has more, the gram at a mixture is
 * taken for the mixture of the grams, and one group of each coupled pair keeps the order that it starts with.
 *
 * @see Vogelstein et al. 2015 (FAQ); Crisostomi et al. 2024 (arXiv 2405.17897).
 */
export async function frankWolfe(
  setting: DescentSetting,
  { initial, uniform, onStep }: FrankWolfeStart,
): Promise<FrankWolfeEnd> {
  const { target, grams, groups, yieldPoint } = setting;
  const roots = groups.filter(({ parent }) => parent === null);
  const families = roots.map(({ name }) => familyOf(groups, name));
  const initialObjective = await totalObjective(target, initial);
  const points = new Map<string, SoftPermutation>(
    groups.map(({ name }) => [name, { uniform: 1, vertices: [] }]),
  );
  const soft = await gramsAtUniform(setting, initial, uniform);
  /** The grams at the end of the present line. The memory is used again: touching new memory takes longer than a copy. */
  const there = new Map([...soft].map(([name, { length }]) => [name, new Float32Array(length)]));
  const toInitial = await line(initial, slopesTowards(initial));
  // From the start to J/n the objective is the same parabola, seen from its other end.
  let objective = initialObjective - toInitial.slope - toInitial.curvature;
  move(initial, toInitial, 0.5);

  let iterations = 0;
  let vertex = initial;
  while (iterations < MOST_ITERATIONS) {
    vertex = await nextVertex();
    const slopes = slopesTowards(vertex);
    if (sumOf(slopes) <= TOLERANCE * Math.abs(objective)) break;
    const direction = await line(vertex, slopes);
    const { slope, curvature } = direction;
    const t = slope + 2 * curvature >= 0 ? 1 : -slope / (2 * curvature);
    const gain = move(vertex, direction, t);
    iterations++;
    onStep({ sweep: 0, group: null, objective, gain });
  }
  return { permutations: vertex, initialObjective, iterations };

  /** The assignments of all families by the grams at the present point. */
  async function nextVertex(): Promise<Permutations> {
    const found: Record<string, Permutation> = { ...initial }; // In the order of the spec.
    for (const family of families) {
      await yieldPoint();
      Object.assign(found, assigned(setting, family, soft, initial));
    }
    return found;
  }

  /** ⟨Ḡ_g, Q_g − P_g⟩ by group. */
  function slopesTowards(permutations: Permutations): Slopes {
    const slopes = new Map<string, number>();
    for (const [name, gram] of soft) {
      slopes.set(name, trace(gram, permutations[name]) - softTrace(gram, points.get(name)!));
    }
    return slopes;
  }

  /** The objective on the way to these permutations. Leaves the grams there in `there`. */
  async function line(permutations: Permutations, slopes: Slopes): Promise<Line> {
    let curvature = 0;
    for (const [name, slope] of slopes) {
      await yieldPoint();
      const own = there.get(name)!;
      own.set(await grams.gram(name, permutations));
      const [p, q] = [points.get(name)!, permutations[name]];
      curvature += (trace(own, q) - softTrace(own, p) - slope) / 2;
    }
    return { slope: sumOf(slopes), curvature };
  }

  /** Moves the point and the grams along the present line, and returns the rise of the objective. */
  function move(permutations: Permutations, { slope, curvature }: Line, t: number): number {
    for (const [name, point] of points) {
      points.set(name, movedTowards(point, permutations[name], t));
      mix(soft.get(name)!, there.get(name)!, t);
    }
    const gain = slope * t + curvature * t ** 2;
    objective += gain;
    return gain;
  }
}

/** ⟨Ḡ_g, Q_g − P_g⟩ by group; their sum is the slope of the objective. */
type Slopes = ReadonlyMap<string, number>;

function sumOf(slopes: Slopes): number {
  let sum = 0;
  for (const slope of slopes.values()) sum += slope;
  return sum;
}

/** The objective S(P) + slope · t + curvature · t² on a line. */
interface Line {
  readonly slope: number;
  readonly curvature: number;
}

/** The grams of all groups with every other at J/n. */
async function gramsAtUniform(
  { grams, groups, yieldPoint }: DescentSetting,
  initial: Permutations,
  changing: ReadonlyMap<string, Float32Array>,
): Promise<Map<string, Float32Array>> {
  const all = new Map<string, Float32Array>();
  for (const { name } of groups) {
    await yieldPoint();
    const alone = await grams.gram(name, initial, 'alone');
    const gram = changing.get(name) ?? new Float32Array(alone.length);
    addMatrix(gram, alone);
    all.set(name, gram);
  }
  return all;
}

/** The best permutations of a family by the grams at a point. Where groups are coupled, some keep their order. */
function assigned(
  { target, solver }: DescentSetting,
  family: Family,
  soft: ReadonlyMap<string, Float32Array>,
  initial: Permutations,
): Permutations {
  const [{ held, sums }] = familyTerms(target.terms, family).proposals;
  const own = namesIn(family).map(
    (name) => [name, sums.get(name) === null ? null : soft.get(name)!] as const,
  );
  const checked = checkedSolver(solver, family.group.name);
  return assignFamily(family, { grams: new Map(own), current: initial, held, solver: checked });
}

/** gram ← gram + t (other − gram). */
function mix(gram: Float32Array, other: Float32Array, t: number): void {
  if (t === 1) gram.set(other);
  else for (let at = 0; at < gram.length; at++) gram[at] += t * (other[at] - gram[at]);
}
