import { beforeAll, describe, it } from 'vitest';
import { useBackend } from '../backend';
import { expectLikeReference, type ReferenceSettings } from './expectLikeReference';
import { operatorBackends } from './operatorBackends';

/** A claim about an operator: a graph, its feeds, and settings of the comparison. */
export type OperatorCase = readonly [
  claim: string,
  graph: Parameters<typeof expectLikeReference>[0],
  feeds: Parameters<typeof expectLikeReference>[1],
  settings?: ReferenceSettings,
];

/** Tests that graphs compute what onnxruntime does, on the cpu and the wasm backend. */
export function testOperators(cases: readonly OperatorCase[]): void {
  describe.each(operatorBackends)('on %s', (backend) => {
    beforeAll(() => useBackend(backend));

    const rows = cases.map(([claim, ...rest]) => [claim, rest] as const);
    it.each(rows)('%s', async (_, [graph, feeds, settings]) => {
      await expectLikeReference(graph, feeds, settings);
    });
  });
}
