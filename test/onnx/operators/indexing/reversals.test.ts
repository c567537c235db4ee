import { floats, int64s } from '../../../support/onnx/feeds';
import { type OperatorCase, testOperators } from '../../../support/onnx/operatorCases';

const reverse = (
  claim: string,
  shape: readonly number[],
  lengths: readonly number[],
  attributes: Record<string, number>,
): OperatorCase[] => {
  const nodes = [['ReverseSequence', ['x', 'n'], ['y'], attributes]] as const;
  const [x, n] = [floats(shape), int64s(...lengths)];
  return [
    [`${claim}, constants`, { nodes, initializers: { n }, outputs: ['y'] }, { x }],
    [`${claim}, of the input`, { nodes, outputs: ['y'] }, { x, n }],
  ];
};

testOperators([
  ...reverse('ReverseSequence with the time first', [4, 3, 2], [1, 4, 3], {}),
  ...reverse('ReverseSequence with the batch first', [3, 4], [2, 4, 0], {
    time_axis: 1,
    batch_axis: 0,
  }),
  ...reverse('ReverseSequence of whole sequences', [4, 2, 2], [4, 4], {}),
]);
