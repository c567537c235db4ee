import type { Architecture } from '../architecture';
import { mlpSpec } from '../presets';
import { byNumbers } from './byNumbers';

/** Multilayer perceptrons whose layers' names differ only in a number: fc1, fc2 … or net.0, net.2 … */
export const mlp: Architecture = {
  name: 'mlp',
  networks: 'dense layers in a row, whose names differ only in a number',
  candidates({ shapes }) {
    const layers = Object.keys(shapes).flatMap((name) => /^(.+)\.weight$/.exec(name)?.[1] ?? []);
    const stems = new Set(layers.map((name) => name.replace(/(?<!\d)\d+$/, '')));
    const isNumbered = layers.every((name) => /\d$/.test(name) && !/[,:]/.test(name));
    if (layers.length === 0 || stems.size !== 1 || !isNumbered) return [];
    const sorted = [...layers].sort(byNumbers);
    const layout = 'pytorch';
    return [
      { name: `mlp:${layers.length}`, spec: () => mlpSpec(layers.length, { layout }) },
      { name: `mlp:${sorted}`, spec: () => mlpSpec(sorted, { layout }) },
    ];
  },
};
