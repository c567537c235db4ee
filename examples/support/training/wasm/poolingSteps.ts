import { type Maps, strideOf } from './maps';
import { type PlanOptions, reserveMaps } from './planOptions';
import type { LayerSteps } from './steps';

/** 2 × 2 max pooling. */
export function poolingSteps(options: PlanOptions, input: Maps): LayerSteps {
  const { size, channels } = input;
  if (size % 2 !== 0) throw new Error(`maps of ${size} × ${size} cannot be pooled in pairs`);
  const { call } = options.kernels;
  const output = reserveMaps(options, { size: size / 2, channels });
  const [from, to] = [strideOf(input), strideOf(output)];
  return {
    output,
    forward: (blocks) => {
      for (let i = 0; i < blocks; i++)
        call.pool(input.address + i * from, output.address + i * to, size, channels);
    },
    backward: (blocks) => {
      for (let i = 0; i < blocks; i++) {
        const [x, y] = [input.address + i * from, output.address + i * to];
        const [dx, dy] = [input.gradient + i * from, output.gradient + i * to];
        call.poolGradient(x, y, dx, dy, size, channels);
      }
    },
    transpose: () => {},
  };
}
