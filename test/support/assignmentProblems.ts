/** A random source of numbers in [0, 1): a linear congruence, independent of the library's own. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state >>> 8) + 0.5) / 2 ** 24;
  };
}

/** Kinds of similarity matrices that occur in matching, and some that should not. */
export const kinds = {
  uniform: (n, m, next) => fill(n, m, next),
  'gram, independent': (n, m, next) => gram(n, m, next, {}),
  'gram, noisy copy': (n, m, next) => gram(n, m, next, { copy: 0.3 }),
  'gram, very different norms': (n, m, next) => gram(n, m, next, { norms: 4 }),
  'gram, 30 % dead units': (n, m, next) => gram(n, m, next, { dead: 0.3 }),
  'integers 0–9': (n, m, next) => fill(n, m, () => Math.floor(10 * next())),
  'zeros and ones': (n, m, next) => fill(n, m, () => (next() < 0.2 ? 1 : 0)),
  'constant rows and columns': (n, m, next) => constantLines(fill(n, m, next), n, m, next),
  'offset of a million': (n, m, next) => fill(n, m, () => 1e6 + next()),
  'negative, heavy tails': (n, m, next) => fill(n, m, () => -1 / next()),
  constant: (n, m) => fill(n, m, () => 2.5),
} satisfies Record<string, (n: number, m: number, next: () => number) => Float64Array>;

/** Kinds of matrices that float32 cannot hold, or not tell apart. */
export const float64Kinds = {
  'all 53 bits': (n, m, next) => fill(n, m, () => next() + next() / 2 ** 24),
  'equal in float32': (n, m, next) => fill(n, m, () => 1 + 1e-9 * next()),
  'an offset of 1e12': (n, m, next) => fill(n, m, () => 1e12 + next()),
  'magnitudes from 1e-300 to 1e300': (n, m, next) =>
    fill(n, m, () => (next() - 0.5) * 10 ** (600 * next() - 300)),
  'around 1e300 and −1e300': (n, m, next) =>
    fill(n, m, () => (next() < 0.5 ? -1e300 : 1e300) * (1 + next())),
  'near 1e-300': (n, m, next) => fill(n, m, () => 1e-300 * next()),
  subnormal: (n, m, next) => fill(n, m, () => 5e-324 * Math.floor(1000 * next())),
  'zeros of both signs': (n, m, next) => fill(n, m, () => (next() < 0.5 ? -0 : 0)),
  'rows of very different scales': (n, m, next) => {
    const scales = Array.from({ length: n }, () => 10 ** (40 * next() - 20));
    let at = 0;
    return fill(n, m, () => scales[Math.floor(at++ / m)] * next());
  },
} satisfies Record<string, (n: number, m: number, next: () => number) => Float64Array>;

function fill(n: number, m: number, next: () => number): Float64Array {
  return Float64Array.from({ length: n * m }, next);
}

/** The inner products of two networks' units, whose rows have 24 weights. */
function gram(
  n: number,
  m: number,
  next: () => number,
  { copy, norms = 0, dead = 0 }: { copy?: number; norms?: number; dead?: number },
): Float64Array {
  const normal = () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
  const unit = () => {
    const scale = next() < dead ? 0 : Math.exp(norms * next());
    return Float64Array.from({ length: 24 }, () => scale * normal());
  };
  const a = Array.from({ length: n }, unit);
  const b = Array.from({ length: m }, (_, j) => {
    const fresh = unit();
    const source = a[(7 * j + 3) % Math.max(1, n)];
    return copy === undefined || !source ? fresh : fresh.map((x, k) => source[k] + copy * x);
  });
  return Float64Array.from({ length: n * m }, (_, at) => {
    const other = b[at % m];
    return Math.fround(a[Math.floor(at / m)].reduce((sum, x, k) => sum + x * other[k], 0));
  });
}

function constantLines(
  values: Float64Array,
  n: number,
  m: number,
  next: () => number,
): Float64Array {
  for (let i = 0; i < n; i++) if (next() < 0.3) values.fill(next(), i * m, (i + 1) * m);
  for (let j = 0; j < m; j++) {
    if (next() > 0.2) continue;
    const value = next();
    for (let i = 0; i < n; i++) values[i * m + j] = value;
  }
  return values;
}
