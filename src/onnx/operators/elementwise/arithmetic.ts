import {
  abs,
  add,
  cast,
  div,
  floorDiv,
  less,
  logicalAnd,
  maximum,
  minimum,
  mod,
  mul,
  notEqual,
  pow,
  scalar,
  sign,
  sqrt,
  square,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { type Call, hostScalar, inputAt, type Operators } from '../operator';
import { binary, folded } from './binary';
import { mapTensor, mapTwo } from './mapValues';

/** Arithmetic of two or more inputs, elementwise. */
export const arithmetic: Operators = {
  Add: binary((x, y) => x + y, add),
  Sub: binary((x, y) => x - y, sub),
  Mul: binary((x, y) => x * y, mul),
  Div: { run: (call) => quotient(call) },
  Mod: { run: (call) => modulus(call) },
  Pow: { run: (call) => power(call), hostInputs: [1] },
  Max: folded(Math.max, maximum),
  Min: folded(Math.min, minimum),
  Sum: folded((x, y) => x + y, add),
  Mean: { run: (call) => average(call) },
};

function average(call: Call) {
  const values = call.inputs.map((_, i) => inputAt(call, i));
  const total = values.reduce((x, y) => mapTwo([x, y], (a, b) => a + b, add));
  const count = hostScalar('float32', values.length);
  return mapTwo([total, count], (x, y) => x / y, div);
}

/** The quotient. Quotients of integers are truncated toward zero. */
function quotient(call: Call) {
  const values = [inputAt(call, 0), inputAt(call, 1)] as const;
  const isInteger = values.every(({ dtype }) => dtype !== 'float32');
  return mapTwo(values, (x, y) => (isInteger ? Math.trunc(x / y) : x / y), truncatedQuotient);
}

/**
 * tfjs rounds quotients of integers down: one is added where that differs from truncation. Backends divide integers as
 * floats, so that quotients are exact up to 2²⁴.
 */
function truncatedQuotient(a: Tensor, b: Tensor): Tensor {
  if (a.dtype === 'float32') return div(a, b);
  const down = floorDiv(a, b);
  const zero = scalar(0, 'int32');
  const isOff = logicalAnd(less(down, zero), notEqual(mul(down, b), a));
  return add(down, cast(isOff, 'int32'));
}

/** The remainder, with the sign of the divisor, or with that of the dividend if fmod is 1. */
function modulus(call: Call) {
  const values = [inputAt(call, 0), inputAt(call, 1)] as const;
  if (call.attributes.number('fmod', 0) === 1) {
    return mapTwo(
      values,
      (x, y) => x % y,
      (a, b) => mul(sign(a), mod(abs(a), abs(b))),
    );
  }
  return mapTwo(values, flooredRemainder, mod);
}

function flooredRemainder(x: number, y: number): number {
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
}

/**
 * A power, of the type of the base. An exponent that the file stores is a constant: the noise of a verification would
 * make 2 a fraction, and the powers of negative numbers NaN.
 */
function power(call: Call) {
  const [base, exponent] = [inputAt(call, 0), inputAt(call, 1)];
  const known = exponent.kind === 'host' && exponent.data.length === 1 ? exponent.data[0] : 0;
  if (base.kind === 'tensor' && exponent.shape.length <= base.shape.length) {
    if (known === 2) return mapTensor(base, square);
    if (known === 3) return mapTensor(base, (x) => mul(x, square(x)));
    if (known === 0.5 && base.dtype === 'float32') return mapTensor(base, sqrt);
  }
  const isInteger = base.dtype === 'int32';
  return mapTwo(
    [base, exponent],
    (x, y) => (isInteger ? Math.trunc(x ** y) : x ** y),
    (a, b) => (isInteger && a.dtype !== 'int32' ? cast(pow(a, b), 'int32') : pow(a, b)),
    base.dtype,
  );
}
