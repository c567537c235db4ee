import { floats, int64s } from '../../../support/onnx/feeds';
import { type OperatorCase, testOperators } from '../../../support/onnx/operatorCases';

/** Coordinates up to 1.4 beyond the image. */
const wide = (shape: readonly number[]) => {
  const { data } = floats(shape, 5);
  return { shape, data: Array.from(data, (each) => each * 2.4) };
};

const sample = (
  attributes: Readonly<Record<string, string | number>>,
  opset = 16,
  [x, grid] = [floats([2, 3, 4, 5]), wide([2, 3, 2, 2])],
): OperatorCase => [
  `GridSample ${opset} of [${x.shape}] with ${JSON.stringify(attributes)}`,
  { nodes: [['GridSample', ['x', 'grid'], ['y'], attributes]], outputs: ['y'] },
  { x, grid },
  { opset },
];

testOperators([
  ...['bilinear', 'nearest', 'bicubic'].flatMap((mode) =>
    ['zeros', 'border', 'reflection'].flatMap((padding_mode) =>
      [0, 1].map((align_corners) => sample({ mode, padding_mode, align_corners })),
    ),
  ),
  sample({ mode: 'linear' }, 20),
  sample({ mode: 'linear', padding_mode: 'reflection' }, 20, [
    floats([1, 2, 3, 4, 5]),
    wide([1, 2, 2, 3, 3]),
  ]),
  ...[0, 1].map(
    (align_corners): OperatorCase => [
      `AffineGrid with align_corners ${align_corners}`,
      {
        nodes: [['AffineGrid', ['theta', 'size'], ['y'], { align_corners }]],
        initializers: { size: int64s(2, 3, 4, 5) },
        outputs: ['y'],
      },
      { theta: floats([2, 2, 3]) },
      { opset: 20, ir: 9 },
    ],
  ),
]);
