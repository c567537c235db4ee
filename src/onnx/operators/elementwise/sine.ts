import {
  add,
  cos,
  floor,
  getBackend,
  mul,
  round,
  scalar,
  sin,
  square,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';

/** π as a sum of floats. The first has few digits, so that its multiples are exact. */
const PI_PARTS = [3.140625, 9.675025939941406e-4, 1.5099579909783765e-7];

/** The coefficients of x³, x⁵, … in the series of sin x, as far as float32 tells within half a turn. */
const SERIES = [-1 / 6, 1 / 120, -1 / 5040, 1 / 362880, -1 / 39916800];

/**
 * The sines. WebGPU promises its own to 2⁻¹¹ only, and from −π to π: rotary embeddings have angles of thousands. There
 * the series is computed.
 */
export function sine(x: Tensor): Tensor {
  if (getBackend() !== 'webgpu') return sin(x);
  const turns = round(mul(x, scalar(1 / Math.PI)));
  return mul(signOf(turns), series(without(x, turns)));
}

/** The cosines, as precise as {@link sine}. */
export function cosine(x: Tensor): Tensor {
  if (getBackend() !== 'webgpu') return cos(x);
  const turns = floor(mul(x, scalar(1 / Math.PI)));
  // cos(r + (n + ½)π) = −(−1)ⁿ sin r
  return mul(signOf(add(turns, scalar(1))), series(without(x, add(turns, scalar(0.5)))));
}

/** (−1)ⁿ */
function signOf(n: Tensor): Tensor {
  const odd = sub(n, mul(floor(mul(n, scalar(0.5))), scalar(2)));
  return sub(scalar(1), mul(odd, scalar(2)));
}

/** x − nπ */
function without(x: Tensor, n: Tensor): Tensor {
  return PI_PARTS.reduce((rest, part) => sub(rest, mul(n, scalar(part))), x);
}

/** The sine of numbers from −π/2 to π/2. */
function series(x: Tensor): Tensor {
  const z = square(x);
  const sum = SERIES.reduceRight<Tensor>(
    (found, coefficient) => mul(add(found, scalar(coefficient)), z),
    scalar(0),
  );
  return add(x, mul(x, sum));
}
