import type { Permutation, Permutations } from '../../permutation';
import type { Objective } from '../products/products';
import { isQuadratic } from './term';

/**
 * The rise of the objective from one set of permutations to another, or 0 where it is within rounding.
 *
 * @param grams - The grams of the groups that may move, `[n × n]`, row-major; null for a group without one.
 * @param isExact - True if the grams give the rise where the objective is linear in the groups. Otherwise,
 * and where it is quadratic, the rise is measured on the parameters.
 */
export async function candidateGain(
  { terms, innerProducts }: Objective,
  grams: ReadonlyMap<string, Float32Array | null>,
  before: Permutations,
  after: Permutations,
  isExact: boolean,
): Promise<number> {
  const groups = new Set(grams.keys());
  const hasMoved = [...groups].some((name) =>
    before[name].some((unit, i) => unit !== after[name][i]),
  );
  if (!hasMoved) return 0;
  let [predicted, rounding] = [0, 0];
  for (const [name, gram] of grams) {
    if (!gram) continue;
    const own = gramGain(gram, before[name], after[name]);
    predicted += own.gain;
    rounding += own.rounding;
  }
  const touched = terms.filter(({ places }) => places.some(({ group }) => groups.has(group)));
  if (isExact && touched.every((term) => !isQuadratic(term, groups))) {
    return predicted > rounding ? predicted : 0;
  }
  const old = await innerProducts(touched, before);
  const now = await innerProducts(touched, after);
  const measured = now.reduce((sum, product, t) => sum + product - old[t], 0);
  return measured > rounding ? measured : 0;
}

/** The gain by a gram, and the most that float32 rounding of the gram can add to it. */
function gramGain(values: Float32Array, current: Permutation, candidate: Permutation) {
  const n = current.length;
  let [gain, moved] = [0, 0];
  for (let i = 0; i < n; i++) {
    if (current[i] === candidate[i]) continue;
    gain += values[i * n + candidate[i]] - values[i * n + current[i]];
    moved++;
  }
  return { gain, rounding: moved === 0 ? 0 : 2e-7 * moved * largestSize(values) };
}

/** max |value|, four values at a time: a plain loop takes a tenth of the time of the gram itself. */
function largestSize(values: Float32Array): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  const whole = values.length & ~3;
  for (let at = 0; at < whole; at += 4) {
    first = Math.max(first, Math.abs(values[at]));
    second = Math.max(second, Math.abs(values[at + 1]));
    third = Math.max(third, Math.abs(values[at + 2]));
    fourth = Math.max(fourth, Math.abs(values[at + 3]));
  }
  for (let at = whole; at < values.length; at++) first = Math.max(first, Math.abs(values[at]));
  return Math.max(first, second, third, fourth);
}
