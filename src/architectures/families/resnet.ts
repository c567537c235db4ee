import type { Architecture, Candidate } from '../architecture';
import { type ResnetSpecOptions, resnetSpec } from '../presets';

/**
 * Residual networks with torchvision's names. The number of blocks in each stage is counted from names such as
 * `layer2.0.conv1.weight`.
 */
export const resnet: Architecture = {
  name: 'resnet',
  networks: 'resnet18 … resnet152, as in torchvision',
  candidates({ shapes }) {
    const names = Object.keys(shapes);
    const stages = blocksOfStages(names);
    if (stages === null) return [];
    const block = names.some((name) => name.endsWith('.conv3.weight')) ? 'bottleneck' : 'basic';
    const projections = stages.map((_, i) => names.includes(`layer${i + 1}.0.downsample.0.weight`));
    const usual = `resnet:${stages}${block === 'bottleneck' ? ':bottleneck' : ''}`;
    const words = projections.map((is) => (is ? 'yes' : 'no'));
    return [
      candidate(usual, stages, { block }),
      candidate(`${usual}:projections=${words}`, stages, { block, projections }),
    ];
  },
};

function candidate(name: string, stages: readonly number[], options: ResnetSpecOptions): Candidate {
  return { name, spec: () => resnetSpec(stages, { layout: 'pytorch', ...options }) };
}

function blocksOfStages(names: readonly string[]): number[] | null {
  const blocks: number[] = [];
  for (const name of names) {
    const [, stage, block] = /^layer(\d+)\.(\d+)\./.exec(name)?.map(Number) ?? [];
    if (stage === undefined || stage < 1 || stage > 16) continue;
    blocks[stage - 1] = Math.max(blocks[stage - 1] ?? 0, block + 1);
  }
  return blocks.length === 0 || blocks.includes(undefined!) ? null : blocks;
}
