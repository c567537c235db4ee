import { readFileSync } from 'node:fs';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProtoSchema,
  FunctionProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
} from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { externalLocations, moveExternalData } from '../../../src/onnx/internal';

const tensorAt = (location: string, dataLocation = TensorProto_DataLocation.EXTERNAL) =>
  create(TensorProtoSchema, {
    name: location,
    dims: [2n],
    dataType: 1,
    dataLocation,
    externalData: [
      create(StringStringEntryProtoSchema, { key: 'location', value: location }),
      create(StringStringEntryProtoSchema, { key: 'length', value: '8' }),
    ],
  });
const nodeWith = (location: string) =>
  create(NodeProtoSchema, {
    opType: 'Constant',
    attribute: [create(AttributeProtoSchema, { name: 'value', t: tensorAt(location) })],
  });

/** A model with tensors at every depth: `location` in the graph, in a node, in a branch and in a function. */
const modelAt = (locationOf: (place: string) => string) =>
  create(ModelProtoSchema, {
    irVersion: 7n,
    producerName: 'test',
    graph: create(GraphProtoSchema, {
      initializer: [
        tensorAt(locationOf('graph')),
        tensorAt('inside', TensorProto_DataLocation.DEFAULT),
      ],
      node: [
        nodeWith(locationOf('node')),
        create(NodeProtoSchema, {
          opType: 'If',
          attribute: [
            create(AttributeProtoSchema, {
              name: 'then_branch',
              g: create(GraphProtoSchema, { node: [nodeWith(locationOf('branch'))] }),
            }),
          ],
        }),
      ],
    }),
    functions: [
      create(FunctionProtoSchema, { name: 'f', node: [nodeWith(locationOf('function'))] }),
    ],
  });

describe('external data of a model', () => {
  const bytes = toBinary(
    ModelProtoSchema,
    modelAt((place) => place),
  );

  it('is found at every depth, and only where tensors are external', () => {
    expect(externalLocations(bytes).sort()).toEqual(['branch', 'function', 'graph', 'node']);
  });

  it('moves, and nothing else of the model changes', () => {
    for (const rename of [(place: string) => `${place.repeat(40)}.data`, () => 'x']) {
      const moved = moveExternalData(bytes, rename);
      const model = fromBinary(ModelProtoSchema, moved);
      const names = fromBinary(ModelProtoSchema, bytes);
      const expected = modelAt(rename);
      // The names of the tensors stay.
      for (const [i, tensor] of names.graph!.initializer.entries()) {
        expected.graph!.initializer[i].name = tensor.name;
      }
      expected.graph!.node[0].attribute[0].t!.name = 'node';
      expected.graph!.node[1].attribute[0].g!.node[0].attribute[0].t!.name = 'branch';
      expected.functions[0].node[0].attribute[0].t!.name = 'function';
      expect(model).toEqual(expected);
    }
  });

  it('leaves the bytes themselves where nothing moves', () => {
    expect(moveExternalData(bytes, (location) => location)).toBe(bytes);
    const own = readFileSync(new URL('../../fixtures/onnx/lenet_a.onnx', import.meta.url));
    expect(moveExternalData(own, () => 'elsewhere')).toBe(own);
  });
});
