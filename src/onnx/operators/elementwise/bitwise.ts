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
  notEqual,
  pow,
  scalar,
  sub,
  type Tensor,
  where,
} from '@tensorflow/tfjs-core';
import { type Call, inputAt, type Operator, type Operators } from '../operator';
import { binary } from './binary';
import { mapTwo } from './mapValues';
import { unary } from './unary';

type Logic = (a: Tensor, b: Tensor) => Tensor;

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

function onBits(onHost: (x: bigint, y: bigint) => bigint, logic: Logic): Operator {
  return binary(
    (x, y) => Number(onHost(BigInt(x), BigInt(y))),
    (a, b) => bitByBit(a, b, logic),
  );
}

/**
 * A logic operator on each of 32 bits: no kernel for it is on all backends. The bits of a negative x are those of
 * −1 − x, inverted.
 */
function bitByBit(a: Tensor, b: Tensor, logic: Logic): Tensor {
  const signs = [a, b].map((x) => less(x, int(0)));
  const sizes = [a, b].map((x, i) => where(signs[i], sub(int(-1), x), x));
  const sign = logic(signs[0], signs[1]);
  let size = mul(cast(sign, 'int32'), int(0));
  for (let weight = 1; weight <= 2 ** 30; weight *= 2) {
    const [first, second] = sizes.map((each, i) => notEqual(bitOf(each, weight), signs[i]));
    const bit = notEqual(logic(first, second), sign);
    size = add(size, mul(cast(bit, 'int32'), int(weight)));
  }
  return where(sign, sub(int(-1), size), size);
}

function bitOf(x: Tensor, weight: number): Tensor {
  const rest = weight < 2 ** 30 ? mod(x, int(2 * weight)) : x;
  return greaterEqual(rest, int(weight));
}
