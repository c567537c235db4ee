import { assertHostSize } from '../../values/assertHostSize';
import { type HostArray, hostArray } from '../../values/hostArray';
import { hostDtype } from '../../values/hostDtype';
import { type Call, numbersAt, type Operator, type Operators } from '../operator';

/** Windows of frames, as sums of cosines over one turn. */
export const windows: Operators = {
  HannWindow: cosineWindow([0.5, -0.5]),
  HammingWindow: cosineWindow([25 / 46, -21 / 46]),
  BlackmanWindow: cosineWindow([0.42, -0.5, 0.08]),
};

/** The operator of a window Σₖ cₖ·cos(2πk·i / turn). */
function cosineWindow(factors: readonly number[]): Operator {
  return { run: (call) => windowOf(call, factors), hostInputs: [0] };
}

function windowOf(call: Call, factors: readonly number[]): HostArray {
  const [size] = numbersAt(call, 0) ?? [];
  assertHostSize([size]);
  const dtype = outputDtype(call);
  // A symmetric window ends where it begins; one that repeats leaves its end out.
  const turn = call.attributes.number('periodic', 1) === 0 ? Math.max(1, size - 1) : size;
  const data = Float64Array.from({ length: size }, (_, i) =>
    factors.reduce((sum, factor, k) => sum + factor * Math.cos((2 * Math.PI * k * i) / turn), 0),
  );
  return hostArray(dtype, [size], dtype === 'float32' ? data : data.map(Math.trunc));
}

/** The dtype that the attribute of windows and mel weights asks for. */
export function outputDtype(call: Call): HostArray['dtype'] {
  return hostDtype(call.attributes.number('output_datatype', 1));
}
