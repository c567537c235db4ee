import { afterConvolution } from '../../../support/onnx/afterConvolution';
import { floats, given } from '../../../support/onnx/feeds';
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
  [
    // Channel c of the pixel (i, j) of a block goes to channel 4c + 2i + j.
    'SpaceToDepth with the channels first',
    one(['SpaceToDepth', ['x'], ['y'], { blocksize: 2, mode: 'CRD' }]),
    { x: given([1, 2, 3, 4, 10, 20, 30, 40], [1, 2, 2, 2]) },
    { opset: 28, expected: { y: { shape: [1, 8, 1, 1], data: [1, 2, 3, 4, 10, 20, 30, 40] } } },
  ],
  ['DepthToSpace of an image of a convolution', image.graph, image.feeds],
]);
