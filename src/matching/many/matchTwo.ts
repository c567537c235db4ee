import { type TensorMatchSettings, tensorNetworks } from '../weights/tensorNetworks';
import { matchPair, type PairSettings } from './matchPair';
import type { TensorStore } from './tensorStore';

/** Settings of a joint match of two networks in tensors. */
interface TwoSettings extends PairSettings, Omit<TensorMatchSettings, 'include'> {}

/** The joint match of two networks in tensors. */
export async function matchTwo(store: TensorStore, settings: TwoSettings) {
  const { reference, yieldPoint } = settings;
  const other = 1 - reference;
  const open = [];
  try {
    for (const k of [reference, other]) {
      await yieldPoint();
      open.push(await store.open(k));
    }
    const [a, b] = open.map(({ params }) => params);
    const included = new Set(store.names);
    const include = (name: string) => included.has(name);
    const labels = { a: store.labels[reference], b: store.labels[other] };
    const networks = { ...tensorNetworks(store.spec, a, b, { ...settings, include }), labels };
    return await matchPair(networks, settings);
  } finally {
    for (const network of open) network.dispose();
  }
}
