import { scaleToSums } from '../learned/sinkhorn/scaleToSums';
import { rowEntropies } from '../learned/sinkhorn/softEntropies';

/** The entropy of soft assignments by temperature. */
export interface EntropyCurve {
  readonly scale: number;
  readonly entropy: readonly number[];
  readonly halfTemperature: number | null;
}

/** The passes of Sinkhorn's algorithm: few are needed where the entropy is not near that of an assignment. */
const LIMITS = { tolerance: 1e-4, passes: 1000 };

/**
 * The mean entropy of Sinkhorn's matrices of several grams, `[n × n]`, divided by log n, at temperatures in units of the
 * grams' common scale. From each temperature to the next lower one the potentials are kept.
 */
export async function entropyCurve(
  blocks: readonly Float64Array[],
  n: number,
  temperatures: readonly number[],
  yieldPoint: () => Promise<void>,
): Promise<EntropyCurve> {
  const scale = commonScale(blocks, n);
  const entropy = temperatures.map(() => 0);
  for (const block of blocks) {
    let columns: Float64Array = new Float64Array(n);
    let before = 1;
    for (let at = temperatures.length - 1; at >= 0; at--) {
      await yieldPoint();
      const tau = temperatures[at] * scale;
      const logits = block.map((value) => (scale > 0 ? value / tau : 0));
      const start = columns.map((v) => (v * before) / temperatures[at]);
      const scaled = scaleToSums(logits, n, LIMITS, start);
      entropy[at] += meanEntropy(scaled.matrix, n) / blocks.length;
      columns = scaled.columns;
      before = temperatures[at];
    }
  }
  return { scale, entropy, halfTemperature: halfTemperature(temperatures, entropy) };
}

/** The mean entropy of the rows, divided by log n and in [0, 1] against rounding; 0 for one unit. */
function meanEntropy(matrix: Float64Array, n: number): number {
  if (n < 2) return 0;
  const total = rowEntropies(matrix, n).reduce((sum, entropy) => sum + entropy, 0);
  return Math.min(1, Math.max(0, total / n / Math.log(n)));
}

/** The standard deviation of all values less the means of their rows and columns. */
function commonScale(blocks: readonly Float64Array[], n: number): number {
  const squares = blocks.reduce((sum, block) => sum + centredSquares(block, n), 0);
  return Math.sqrt(squares / (blocks.length * n * n));
}

/** Σ_ij (G_ij − the mean of row i − the mean of column j + the mean of all)². */
function centredSquares(gram: Float64Array, n: number): number {
  const [rows, columns] = [new Float64Array(n), new Float64Array(n)];
  let all = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const value = gram[i * n + j];
      rows[i] += value / n;
      columns[j] += value / n;
      all += value / n ** 2;
    }
  }
  let sum = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) sum += (gram[i * n + j] - rows[i] - columns[j] + all) ** 2;
  }
  return sum;
}

/** The first temperature at which the curve reaches ½; null where it begins above it or stays below. */
function halfTemperature(
  temperatures: readonly number[],
  entropy: readonly number[],
): number | null {
  const after = entropy.findIndex((value) => value >= 0.5);
  if (after < 0) return null;
  if (entropy[after] === 0.5) return temperatures[after];
  if (after === 0) return null;
  const [below, above] = [entropy[after - 1], entropy[after]];
  const share = (0.5 - below) / (above - below);
  const [low, high] = [temperatures[after - 1], temperatures[after]];
  return low * (high / low) ** share;
}
