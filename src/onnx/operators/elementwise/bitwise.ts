import {
  add,
  cast,
  floorDiv,
  greaterEqual,
  less,
  logicalAnd,
  logicalOr,
  logicalXor,
  mod,
  mul,
  pow,
  scalar,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { type Call, inputAt, type Operator, type Operators } from '../operator';
import { binary } from './binary';
import { mapTwo } from './mapValues';
import { unary } from './unary';

const int = (value: number) => scalar(value, 'int32');

/** Operators on the bits of integers. */
export const bitwise: Operators = {
  BitwiseAnd: onBits((x, y) => x & y, logicalAnd),
  BitwiseOr: onBits((x, y) => x | y, logicalOr),
  BitwiseXor: onBits((x, y) => x ^ y, logicalXor),
  BitwiseNot: unary(
    (x) => -1 - x,
    (x) => sub(int(-1), x),
  ),
  BitShift: { run: shift },
};

function shift(call: Call) {
  const values = [inputAt(call, 0), inputAt(call, 1)] as const;
  if (call.attributes.text('direction', 'LEFT') === 'LEFT') {
    return mapTwo(
      values,
      (x, places) => x * 2 ** places,
      (x, places) => mul(x, pow(int(2), places)),
    );
  }
  return mapTwo(
    values,
    (x, places) => Math.floor(x / 2 ** places),
    (x, places) => floorDiv(x, pow(int(2), places)),
  );
}

function onBits(
  onHost: (x: bigint, y: bigint) => bigint,
  logic: (a: Tensor, b: Tensor) => Tensor,
): Operator {
  return binary(
    (x, y) => Number(onHost(BigInt(x), BigInt(y))),
    (a, b) => bitByBit(a, b, logic),
  );
}

/** A logic operator on each of 32 bits: no kernel for it is on all backends. */
function bitByBit(a: Tensor, b: Tensor, logic: (a: Tensor, b: Tensor) => Tensor): Tensor {
  const weighted = (bits: readonly Tensor[], weight: number) =>
    mul(cast(logic(bits[0], bits[1]), 'int32'), int(weight));
  const signs = [a, b].map((x) => less(x, int(0)));
  // The other 31 bits as a number from 0.
  const rests = [a, b].map((x, i) => sub(x, mul(cast(signs[i], 'int32'), int(-(2 ** 31)))));
  let found = add(
    weighted(signs, -(2 ** 31)),
    weighted(
      rests.map((rest) => greaterEqual(rest, int(2 ** 30))),
      2 ** 30,
    ),
  );
  for (let weight = 1; weight < 2 ** 30; weight *= 2) {
    const bits = rests.map((rest) => greaterEqual(mod(rest, int(2 * weight)), int(weight)));
    found = add(found, weighted(bits, weight));
  }
  return found;
}
