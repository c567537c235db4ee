import { invalid } from '../../errors';
import type { Params } from '../../params';
import { read } from '../../runtime';

/**
 * Reads parameters whose units are compared.
 *
 * @param label - The network in messages, such as `' of a'`; empty for the only one.
 * @returns Their values by name, if all are finite.
 * @throws InvalidInputError at the first value that is not.
 */
export async function finiteValues(
  params: Params,
  names: readonly string[],
  label: string,
  yieldPoint: () => Promise<void>,
): Promise<Map<string, Float32Array>> {
  const values = new Map<string, Float32Array>();
  for (const name of names) {
    await yieldPoint();
    const own = await read(params[name]);
    const bad = own.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      throw invalid(
        `parameter '${name}'${label} holds ${own[bad]} at flat index ${bad} of shape [${params[name].shape}]`,
        'Values of compared parameters must be finite: check whether the training diverged',
        { param: name, received: own[bad] },
      );
    }
    values.set(name, own);
  }
  return values;
}
