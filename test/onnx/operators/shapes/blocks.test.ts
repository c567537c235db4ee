import { afterConvolution } from '../../../support/onnx/afterConvolution';
import { floats } from '../../../support/onnx/feeds';
import type { NodeGiven } from '../../../support/onnx/modelBytes';
import { testOperators } from '../../../support/onnx/operatorCases';

const one = (node: NodeGiven) => ({ nodes: [node], outputs: ['y'] });

const image = afterConvolution([
  ['Relu', ['x'], ['r']],
  ['DepthToSpace', ['r'], ['s'], { blocksize: 2, mode: 'CRD' }],
  ['Relu', ['s'], ['y']],
]);

testOperators([
  [
    'DepthToSpace with the depth of a column and row first',
    one(['DepthToSpace', ['x'], ['y'], { blocksize: 2 }]),
    { x: floats([2, 12, 3, 2]) },
  ],
  [
    'DepthToSpace with the channels first',
    one(['DepthToSpace', ['x'], ['y'], { blocksize: 3, mode: 'CRD' }]),
    { x: floats([2, 18, 1, 2]) },
  ],
  [
    'SpaceToDepth',
    one(['SpaceToDepth', ['x'], ['y'], { blocksize: 2 }]),
    { x: floats([2, 3, 4, 6]) },
  ],
  ['DepthToSpace of an image of a convolution', image.graph, image.feeds],
]);
