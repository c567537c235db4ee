import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type * as tf from '@tensorflow/tfjs-core';
import { type Params, parseSafetensors } from 'perm-lmc';
import type { ExternalData } from 'perm-lmc/onnx';

const folder = fileURLToPath(new URL('../../fixtures/onnx/', import.meta.url));

/** An architecture of the fixtures. */
export interface OnnxFixture {
  readonly name: string;
  /** The files of seeds a and b. */
  readonly files: readonly [FixtureFile, FixtureFile];
  /** The inputs in the order of the graph. */
  readonly inputs: readonly tf.Tensor[];
  /** The outputs of both seeds, computed by PyTorch. */
  readonly outputs: readonly [readonly tf.Tensor[], readonly tf.Tensor[]];
  /** The patterns of parameters that were written by hand, and the sizes that they leave open. */
  readonly patterns: Readonly<Record<string, string>>;
  readonly sizes: Readonly<Record<string, number>>;
}

/** A model's file, with the files beside it. */
export interface FixtureFile {
  readonly bytes: Uint8Array;
  readonly externalData?: ExternalData;
}

interface Groups {
  readonly patterns: Readonly<Record<string, string>>;
  readonly sizes: Readonly<Record<string, number>>;
}

const groups: Readonly<Record<string, Groups>> = JSON.parse(
  readFileSync(`${folder}groups.json`, 'utf8'),
);
const all = readdirSync(folder);

/** The ways of an export: with names and batch norm, with the exporter's defaults, and by the newer exporter. */
export type ExportKind = 'whole' | 'fold' | 'dynamo';

/** The architectures with their exports. */
export const onnxFixtures = all.flatMap((file): (readonly [string, ExportKind])[] => {
  const [, name, kind = 'whole'] = /^(\w+)_a(?:\.(fold|dynamo))?\.onnx$/.exec(file) ?? [];
  return name ? [[name, kind as ExportKind]] : [];
});

/** The fixture of an architecture. Its tensors are the caller's. */
export function onnxFixture(name: string, kind: ExportKind): OnnxFixture {
  const { params } = parseSafetensors(readFileSync(`${folder}${name}_io.safetensors`));
  return {
    name,
    files: [fileOf(name, 'a', kind), fileOf(name, 'b', kind)],
    inputs: listed(params, 'x'),
    outputs: [listed(params, 'ya'), listed(params, 'yb')],
    ...(groups[kind === 'whole' ? name : `${name}.${kind}`] ?? { patterns: {}, sizes: {} }),
  };
}

/** The state dict of seed a of an architecture. */
export function stateDict(name: string): Params {
  return parseSafetensors(readFileSync(`${folder}${name}_a.safetensors`)).params;
}

function fileOf(name: string, seed: string, kind: ExportKind): FixtureFile {
  const stem = `${name}_${seed}${kind === 'whole' ? '' : `.${kind}`}`;
  const read = (file: string) => new Uint8Array(readFileSync(folder + file));
  const data = all.filter((file) => dataFile.test(file) && file.startsWith(`${stem}.`));
  return {
    bytes: read(`${stem}.onnx`),
    ...(data.length > 0
      ? { externalData: Object.fromEntries(data.map((file) => [file, read(file)])) }
      : {}),
  };
}

/** The names of files with external data. */
const dataFile = /\.(?:bin|onnx\.data)$/;

/** The tensors `x`, or `x0`, `x1` …. */
function listed(params: Params, stem: string): tf.Tensor[] {
  const names = Object.keys(params).filter((name) => new RegExp(`^${stem}\\d*$`).test(name));
  const number = (name: string) => Number(name.slice(stem.length));
  return names.sort((x, y) => number(x) - number(y)).map((name) => params[name]);
}
