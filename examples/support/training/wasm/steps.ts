import type { Maps } from './maps';

/** The calls of kernels of a part of a network, over the first blocks of its maps. */
export interface Steps {
  forward(blocks: number): void;
  /** From the gradients of the outputs to those of the inputs, which are written, and parameters, which are added. */
  backward(blocks: number): void;
  /** Prepares backward passes for new weights. */
  transpose(): void;
}

/** The steps of a layer. */
export interface LayerSteps extends Steps {
  readonly output: Maps;
}

/** The steps of a part after the other, backwards in reverse order. */
export function inTurn(parts: readonly Steps[]): Steps {
  const reversed = [...parts].reverse();
  return {
    forward: (blocks) => parts.forEach((part) => void part.forward(blocks)),
    backward: (blocks) => reversed.forEach((part) => void part.backward(blocks)),
    transpose: () => parts.forEach((part) => void part.transpose()),
  };
}
