import type { Shapes } from '../../params/internal';
import { permutationSpec } from '../../symmetry';
import type { Architecture } from '../architecture';
import { dense, type Patterns } from '../presets/layout';
import { groupedConvolution } from './groupedConvolution';
import { normalisedConvolution } from './normalisedConvolution';
import { squeezeExcitation } from './squeezeExcitation';

/** RegNet with torchvision's names: bottleneck blocks with a grouped convolution, and squeeze-and-excitation in Y. */
export const regnet: Architecture = {
  name: 'regnet',
  networks: 'regnet_x_400mf … regnet_x_32gf and regnet_y_400mf … regnet_y_128gf, as in torchvision',
  candidates({ shapes }) {
    const blocks = blocksOf(Object.keys(shapes));
    if (blocks.length === 0) return [];
    return [{ name: 'regnet', spec: () => specOf(blocks, shapes) }];
  },
};

/** The blocks' names, such as `trunk_output.block1.block1-0`, in the order of the network. */
function blocksOf(names: readonly string[]): string[] {
  const blocks = new Map<string, readonly [stage: number, block: number]>();
  for (const name of names) {
    const [, block, stage, index] =
      /^(trunk_output\.block(\d+)\.block\d+-(\d+))\.f\./.exec(name) ?? [];
    if (block !== undefined) blocks.set(block, [Number(stage), Number(index)]);
  }
  const sorted = [...blocks].sort(([, a], [, b]) => a[0] - b[0] || a[1] - b[1]);
  return sorted.map(([block]) => block);
}

function specOf(blocks: readonly string[], shapes: Shapes) {
  const patterns: Patterns = {};
  const sizes: Record<string, number> = {};
  const layer = (name: string, input: string, output: string) =>
    Object.assign(
      patterns,
      normalisedConvolution({ conv: `${name}.0`, norm: `${name}.1` }, input, output),
    );
  layer('stem', '_', 'stem');
  let stream = 'stem';
  for (const block of blocks) {
    const isProjected = `${block}.proj.0.weight` in shapes;
    const input = stream;
    if (isProjected) {
      stream = block;
      layer(`${block}.proj`, input, stream);
    }
    const [a, b, se] = ['a', 'b', 'se'].map((each) => `${block}.f.${each}`);
    const weight = shapes[`${b}.0.weight`] ?? [];
    const inputs = shapes[`${a}.0.weight`]?.[0];
    const names = { input: a, output: b, blocks: `${b}.groups` };
    const grouped = groupedConvolution(names, weight, inputs);
    Object.assign(sizes, grouped.sizes);
    layer(a, input, grouped.input);
    layer(b, grouped.relation, grouped.output);
    if (`${se}.fc1.weight` in shapes) {
      Object.assign(patterns, squeezeExcitation(`${se}.fc1`, `${se}.fc2`, grouped.output));
    }
    layer(`${block}.f.c`, grouped.output, stream);
  }
  Object.assign(patterns, dense('pytorch', 'fc', stream, '_'));
  return permutationSpec(patterns, { sizes });
}
