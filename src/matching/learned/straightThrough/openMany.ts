import { isRecord, kindOf } from '../../../checks';
import { invalid } from '../../../errors';
import type { ParameterFilter, Params } from '../../../params';
import type { WorkControl } from '../../../runtime';
import type { PermutationSpec } from '../../../symmetry';
import { backendMany } from '../../many/backendMany';
import type { ManyNetworks } from '../../many/manyNetworks';
import { packedMany } from '../../many/packedMany';
import { sourcesOf, tensorStore } from '../../many/tensorStore';

/** Settings of several networks. */
interface ManySettings extends WorkControl {
  readonly include: ParameterFilter;
  readonly engine: 'packed' | 'backend';
}

/** Several networks in memory, checked against the spec and each other; all values that groups move are finite. */
export async function openMany(
  spec: PermutationSpec,
  networks: readonly Params[],
  { include, engine, ...control }: ManySettings,
): Promise<ManyNetworks> {
  const sources = sourcesOf(networks);
  const other = networks.findIndex((params) => !isRecord(params));
  if (other >= 0) {
    throw invalid(
      `networks[${other}] must be params, received ${kindOf(networks[other])}`,
      'Load all networks: each step mixes them',
      { param: `networks[${other}]`, received: kindOf(networks[other]) },
    );
  }
  const store = await tensorStore(spec, sources, include, control);
  const many = engine === 'packed' ? packedMany(store, 'linear') : backendMany(store, 'linear');
  for (let network = 0; network < many.count; network++) {
    await control.yieldPoint();
    (await many.open(network)).dispose(); // A network is checked when it is opened for the first time.
  }
  return many;
}
