import { axisLetters, broadcastLetters, expression, type KernelRule, present } from './rule';

/** Matrix products y[…, m, n] = Σₖ a[…, m, k]·b[…, k, n], with bias and activation. */
export const matMul: KernelRule = (call) => {
  const { a, b } = call.inputs;
  const { shape } = call.outputs[0];
  const batch = axisLetters(shape.length - 2);
  const result = { letters: [...batch, 'm', 'n'], shape };
  const letters = (own: readonly number[], last: readonly string[]) => [
    ...own.slice(0, -2).map((size, axis) => {
      const at = axis + shape.length - own.length;
      return size === 1 && shape[at] !== 1 ? null : batch[at];
    }),
    ...last,
  ];
  return [
    expression(
      call,
      [
        {
          label: a.label,
          letters: letters(a.label.shape, call.attrs.transposeA ? ['k', 'm'] : ['m', 'k']),
        },
        {
          label: b.label,
          letters: letters(b.label.shape, call.attrs.transposeB ? ['n', 'k'] : ['k', 'n']),
        },
        ...present(call, ['bias', 'preluActivationWeights']).map(({ label }) => ({
          label,
          letters: broadcastLetters(label, result),
        })),
      ],
      result,
      { joinFresh: true },
    ),
  ];
};

/** Sums of products in einsum notation. A letter that occurs twice in one operand takes its diagonal. */
export const einsum: KernelRule = (call) => {
  const [terms, result] = String(call.attrs.equation).replace(/\s/g, '').split('->');
  if (result === undefined || terms.includes('.')) return null;
  const operands = terms
    .split(',')
    .map((letters, i) => ({ label: call.list[i].label, letters: [...letters] }));
  const { shape } = call.outputs[0];
  return [expression(call, operands, { letters: [...result], shape }, { joinFresh: true })];
};
