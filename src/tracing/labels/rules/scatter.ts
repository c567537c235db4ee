import { axisLetters, expression, type KernelRule } from './rule';

const placed = 'its entries are placed by index';

/** Slices written to indexed places of zeros or of a tensor. */
export const scatter: KernelRule = (call) => {
  const { indices, updates, tensor } = call.inputs;
  const { shape } = call.outputs[0];
  const rows = indices.label.shape.map((_, axis) => `i${axis}`);
  const depth = indices.label.shape.at(-1)!;
  const own = axisLetters(shape.length);
  const operands = [
    { label: indices.label, letters: rows },
    { label: updates.label, letters: [...rows.slice(0, -1), ...own.slice(depth)] },
    ...(tensor ? [{ label: tensor.label, letters: own }] : []),
  ];
  const fixed = Object.fromEntries([...rows, ...own.slice(0, depth)].map((each) => [each, placed]));
  return [expression(call, operands, { letters: own, shape }, { fixed })];
};

/** Sums of slices with the same segment id along the first axis, as over the edges of a graph. */
export const segmentSum: KernelRule = (call) => {
  const { x, segmentIds } = call.inputs;
  if (segmentIds.label.shape.length !== 1) return null;
  const { shape } = call.outputs[0];
  const letters = axisLetters(shape.length);
  return [
    expression(
      call,
      [
        { label: x.label, letters: ['row', ...letters.slice(1)] },
        { label: segmentIds.label, letters: ['row'] },
      ],
      { letters, shape },
      { fixed: { row: placed, [letters[0]]: placed } },
    ),
  ];
};
