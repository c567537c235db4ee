import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type * as tf from '@tensorflow/tfjs-core';
import { type Params, parseSafetensors } from 'perm-lmc';
import type { ExternalData } from 'perm-lmc/onnx';

const folder = fileURLToPath(new URL('../../fixtures/onnx/', import.meta.url));

/** An architecture of the fixtures. */
export interface OnnxFixture {
  readonly name: string;
  /** The files of seeds a and b: as exported with names and batch norm, and with the exporter's defaults. */
  readonly files: Readonly<
    Partial<Record<'whole' | 'folded', readonly [FixtureFile, FixtureFile]>>
  >;
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

/** The names of the architectures. */
export const fixtureNames = all
  .filter((file) => file.endsWith('_io.safetensors'))
  .map((file) => file.replace('_io.safetensors', ''));

/** The fixture of an architecture. Its tensors are the caller's. */
export function onnxFixture(name: string): OnnxFixture {
  const { params } = parseSafetensors(readFileSync(`${folder}${name}_io.safetensors`));
  return {
    name,
    files: {
      ...(existsSync(`${folder}${name}_a.onnx`) ? { whole: pairOf(name, '') } : {}),
      ...(existsSync(`${folder}${name}_a.fold.onnx`) ? { folded: pairOf(name, '.fold') } : {}),
    },
    inputs: listed(params, 'x'),
    outputs: [listed(params, 'ya'), listed(params, 'yb')],
    ...groups[name],
  };
}

function pairOf(name: string, kind: string): [FixtureFile, FixtureFile] {
  return [fileOf(`${name}_a${kind}.onnx`), fileOf(`${name}_b${kind}.onnx`)];
}

function fileOf(file: string): FixtureFile {
  const bytes = new Uint8Array(readFileSync(folder + file));
  const stem = `${file.replace('.onnx', '')}.`;
  const beside = all.filter(
    (other) => other.startsWith(stem) && !/\.(?:onnx|pt|safetensors)$/.test(other),
  );
  const data = beside.filter((other) => !other.includes('.fold') || stem.includes('.fold'));
  if (data.length === 0) return { bytes };
  const read = (other: string) => new Uint8Array(readFileSync(folder + other));
  return { bytes, externalData: Object.fromEntries(data.map((other) => [other, read(other)])) };
}

/** The tensors `x`, or `x0`, `x1` …. */
function listed(params: Params, stem: string): tf.Tensor[] {
  const names = Object.keys(params).filter((name) => new RegExp(`^${stem}\\d*$`).test(name));
  const number = (name: string) => Number(name.slice(stem.length));
  return names.sort((x, y) => number(x) - number(y)).map((name) => params[name]);
}
