import { floats } from './feeds';
import type { GraphGiven, NodeGiven } from './modelBytes';

/** A graph whose nodes take `x`, the image [2, 4, 3, 5] of a convolution, and the feed of its input. */
export function afterConvolution(
  nodes: readonly NodeGiven[],
  outputs: readonly string[] = ['y'],
  rest: Partial<GraphGiven> = {},
) {
  return {
    graph: {
      ...rest,
      nodes: [['Conv', ['image', 'kernel'], ['x']] as NodeGiven, ...nodes],
      initializers: { kernel: floats([4, 2, 2, 2], 7), ...rest.initializers },
      outputs,
    },
    feeds: { image: floats([2, 2, 4, 6], 8) },
  };
}
