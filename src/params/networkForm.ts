import { assertRecord, assertSameDtype, assertTensor } from './assertComparable';
import { mapParams } from './mapParams';
import type { Params } from './params';
import { assertSameNames, assertSameShape, type Shapes } from './shapes';

/** The shapes and dtypes of a network's parameters, which outlive its tensors. */
export interface NetworkForm {
  readonly shapes: Shapes;
  readonly dtypes: Readonly<Record<string, string>>;
}

/** The form of a network. */
export function formOf(params: Params): NetworkForm {
  return {
    shapes: mapParams(params, ({ shape }) => [...shape]),
    dtypes: mapParams(params, ({ dtype }) => dtype),
  };
}

/**
 * Throws unless a network has the parameters of a form, with the same shapes and dtypes, and no tensor is disposed.
 *
 * @param names - The subjects of the message for the network of the form and for this one.
 */
export function assertForm(
  { shapes, dtypes }: NetworkForm,
  params: Params,
  names: readonly [string, string],
): void {
  assertRecord(names[1], params);
  assertSameNames(
    shapes,
    params,
    names,
    ({ from, to }) => `pass renamePrefix of ${names[1]} with { from: '${from}', to: '${to}' }`,
  );
  for (const [name, tensor] of Object.entries(params)) {
    assertTensor(name, tensor, names[1]);
    assertSameShape(name, shapes[name], tensor.shape, names);
    assertSameDtype(name, dtypes[name], tensor.dtype, names);
  }
}
