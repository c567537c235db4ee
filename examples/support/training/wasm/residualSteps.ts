import type { Residual } from '../../layerNorm/layerNormNetwork';
import { convolutionSteps } from './convolutionSteps';
import { type Maps, strideOf } from './maps';
import type { PlanOptions } from './planOptions';
import { inTurn, type LayerSteps } from './steps';

/** relu(branch(x) + shortcut(x)); the sum takes the place of the branch's output. */
export function residualSteps(
  options: PlanOptions,
  { branch, shortcut }: Residual,
  input: Maps,
): LayerSteps {
  const { call } = options.kernels;
  const parts: LayerSteps[] = [];
  for (const each of branch) {
    parts.push(convolutionSteps(options, each, parts.at(-1)?.output ?? input));
  }
  const output = parts[parts.length - 1].output;
  const inBranch = inTurn(parts);
  const count = (blocks: number) => (blocks * strideOf(output)) / 4;
  if (shortcut === null)
    return {
      output,
      forward: (blocks) => {
        inBranch.forward(blocks);
        call.addRectified(output.address, input.address, count(blocks));
      },
      backward: (blocks) => {
        call.maskGradient(output.gradient, output.address, count(blocks));
        inBranch.backward(blocks);
        call.addTo(input.gradient, output.gradient, count(blocks));
      },
      transpose: inBranch.transpose,
    };
  // The shortcut reads the gradient of the sum, and adds to the input's.
  const beside = convolutionSteps(options, shortcut, input, output.gradient);
  return {
    output,
    forward: (blocks) => {
      inBranch.forward(blocks);
      beside.forward(blocks);
      call.addRectified(output.address, beside.output.address, count(blocks));
    },
    backward: (blocks) => {
      call.maskGradient(output.gradient, output.address, count(blocks));
      inBranch.backward(blocks);
      beside.backward(blocks);
    },
    transpose: () => {
      inBranch.transpose();
      beside.transpose();
    },
  };
}
