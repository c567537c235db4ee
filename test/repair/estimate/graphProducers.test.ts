import { onnxNetworks } from 'perm-lmc/onnx';
import { describe, expect, it } from 'vitest';
import type { OnnxNode } from '../../../src/onnx/model/onnxModel';
import { readModel } from '../../../src/onnx/model/readModel';
import { normProducers } from '../../../src/repair/estimate/normProducers';
import { resolveSpec, shapesOf } from '../../../src/symmetry/resolveSpec';
import { useBackend } from '../../support/backend';
import { type ExportKind, onnxFixture } from '../../support/onnx/onnxFixtures';

await useBackend('cpu');

/** The weights of the convolutions whose outputs a value of a graph is made of, unit by unit, in order. */
function convolutionsOf(nodes: readonly OnnxNode[], value: string): string[] {
  const { op, inputs } = nodes.find(({ outputs }) => outputs.includes(value))!;
  if (op === 'Conv') return [inputs[1]];
  const before = op === 'Concat' ? inputs : inputs.slice(0, 1);
  return before.flatMap((each) => convolutionsOf(nodes, each));
}

describe('a normalisation of an ONNX graph takes the outputs of the kernels that are found', () => {
  it.each<[string, ExportKind]>([
    ['aspp', 'whole'],
    ['bottleneck', 'whole'],
    ['conv3d', 'whole'],
    ['crnn', 'whole'],
    ['densenet', 'whole'],
    ['densenet', 'fold'],
    ['depthwise', 'whole'],
    ['efficientnet', 'whole'],
  ])('%s, %s', async (name, kind) => {
    const { files } = onnxFixture(name, kind);
    const { spec, params } = await onnxNetworks(files.map(({ bytes }) => bytes));
    const found = normProducers(resolveSpec(spec, params[0]), shapesOf(params[0]));
    const { nodes } = readModel(files[0].bytes).graph;
    expect(found.length).toBeGreaterThan(1);
    for (const { mean, producers } of found) {
      const { inputs } = nodes.find((node) => node.inputs.includes(mean))!;
      expect(producers?.map(({ param }) => param)).toEqual(convolutionsOf(nodes, inputs[0]));
    }
  });
});
