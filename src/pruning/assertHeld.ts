import { invalid } from '../errors';
import type { Params } from '../params';
import { read } from '../runtime';
import { place, readMask } from './assertMask';

/**
 * Throws unless all weights that the mask prunes are exactly 0.
 *
 * @param who - The subject and verb of the message, before the number of weights.
 * @param where - The end of that sentence.
 */
export async function assertHeld(
  params: Params,
  mask: Params,
  { who, where }: { readonly who: string; readonly where: string },
): Promise<void> {
  for (const [name, kept] of Object.entries(await readMask(mask))) {
    if (!kept.includes(0)) continue;
    const weights = await read(params[name]);
    let revived = 0;
    let first = -1;
    for (let i = 0; i < kept.length; i++) {
      if (kept[i] !== 0 || weights[i] === 0) continue;
      if (revived++ === 0) first = i;
    }
    if (revived === 0) continue;
    throw invalid(
      `${who} ${revived} pruned weight(s) of '${name}' ${where}: the first is ${weights[first]} ${place(params[name], first)}`,
      'Weights that the mask prunes must be exactly 0: use applyMask(params, mask) after every step of the optimiser',
      { param: name, received: weights[first] },
    );
  }
}
