import { add, mul, square } from '@tensorflow/tfjs-core';
import { aligned } from '../../values/aligned';
import { tensorValue, type Value } from '../../values/value';
import { axisOf, type Call, inputAt, type Operators, optionalAt } from '../operator';
import { deviation, inverseRoot, meansAlong } from './deviation';

/** Normalisations of the last axes. */
export const layerNormalizations: Operators = {
  LayerNormalization: { run: layerNormalization },
  RMSNormalization: { run: rmsNormalization },
};

/** (x − mean)/√(variance + ε)·γ + β, with the means and the inverse deviations as further outputs. */
function layerNormalization(call: Call): Value[] {
  const bias = optionalAt(call, 2);
  const values = [inputAt(call, 0), inputAt(call, 1), ...(bias ? [bias] : [])];
  const {
    tensors: [x, scale, offset],
    order,
  } = aligned(values);
  const means = meansAlong(normalizedAxes(call, order));
  const { mean, centred, inverse } = deviation(x, epsilonOf(call), means);
  const scaled = mul(mul(centred, inverse), scale);
  const found = offset ? add(scaled, offset) : scaled;
  return [found, mean, inverse].map((each) => tensorValue(each, order));
}

/** x/√(mean of x² + ε)·γ */
function rmsNormalization(call: Call): Value {
  const {
    tensors: [x, scale],
    order,
  } = aligned([inputAt(call, 0), inputAt(call, 1)]);
  const means = meansAlong(normalizedAxes(call, order));
  return tensorValue(mul(mul(x, inverseRoot(means(square(x)), epsilonOf(call))), scale), order);
}

/** The places of the axes from the attribute's on, in the order of storage. */
function normalizedAxes(call: Call, order: readonly number[]): number[] {
  const first = axisOf(call.attributes.number('axis', -1), order.length);
  return order.flatMap((axis, place) => (axis >= first ? [place] : []));
}

function epsilonOf(call: Call): number {
  return call.attributes.number('epsilon', 1e-5);
}
