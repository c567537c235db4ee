import {
  abs,
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atanh,
  ceil,
  cosh,
  equal,
  erf,
  exp,
  floor,
  isInf,
  isNaN as isNotNumber,
  log,
  neg,
  reciprocal,
  round,
  scalar,
  sign,
  sinh,
  sqrt,
  type Tensor,
  tan,
} from '@tensorflow/tfjs-core';
import { inputAt, type Operators } from '../operator';
import { mapValue } from './mapValues';
import { cosine, sine } from './sine';
import { tensorOperator, unary } from './unary';

/** Functions of one input, elementwise. */
export const unaryFunctions: Operators = {
  Neg: unary((x) => -x, neg),
  Abs: unary(Math.abs, abs),
  Sign: unary(Math.sign, sign),
  Sqrt: unary(Math.sqrt, sqrt),
  Exp: unary(Math.exp, exp),
  Log: unary(Math.log, log),
  Floor: unary(Math.floor, floor),
  Ceil: unary(Math.ceil, ceil),
  Round: unary(roundToEven, round),
  Reciprocal: unary((x) => 1 / x, reciprocal),
  Erf: tensorOperator(erf),
  Sin: unary(Math.sin, sine),
  Cos: unary(Math.cos, cosine),
  Tan: unary(Math.tan, tan),
  Asin: unary(Math.asin, asin),
  Acos: unary(Math.acos, acos),
  Atan: unary(Math.atan, atan),
  Sinh: unary(Math.sinh, sinh),
  Cosh: unary(Math.cosh, cosh),
  Asinh: unary(Math.asinh, asinh),
  Acosh: unary(Math.acosh, acosh),
  Atanh: unary(Math.atanh, atanh),
  IsNaN: unary((x) => Number(Number.isNaN(x)), isNotNumber, 'bool'),
  IsInf: {
    run({ attributes, ...call }) {
      const signs = [
        ...(attributes.number('detect_negative', 1) === 1 ? [-1] : []),
        ...(attributes.number('detect_positive', 1) === 1 ? [1] : []),
      ];
      return mapValue(
        inputAt({ ...call, attributes }, 0),
        (x) => Number(signs.some((each) => x === each * Infinity)),
        (x) => isInfinite(x, signs),
        'bool',
      );
    },
  },
};

/** The nearest integer; the even one of two at the same distance. */
export function roundToEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

function isInfinite(x: Tensor, signs: readonly number[]): Tensor {
  if (signs.length === 2) return isInf(x);
  // Without a sign nothing is infinite, as nothing equals NaN.
  return equal(x, scalar((signs[0] ?? Number.NaN) * Infinity));
}
