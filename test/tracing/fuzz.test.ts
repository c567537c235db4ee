import * as tf from '@tensorflow/tfjs-core';
import { permute } from 'perm-lmc';
import { expect, it } from 'vitest';
import { traceForward } from '../../src/tracing/capture/trace';
import { useBackend } from '../support/backend';
import { applySpec } from './applySpec';
import { outputChange } from './network';
import { randomProgram } from './randomPrograms';

await useBackend('cpu');

const count = Number(process.env.FUZZ ?? 200);
const first = Number(process.env.FUZZ_FIRST ?? 1);

it(`permuting the groups of ${count} random networks leaves their outputs`, () => {
  const faults: string[] = [];
  for (let seed = first; seed < first + count; seed++) {
    tf.engine().startScope();
    try {
      const { params, x, forward, text } = randomProgram(seed);
      const { spec } = traceForward(forward, params, x);
      // By the library and, element by element, by a second opinion.
      for (const apply of [permute, applySpec]) {
        const change = outputChange(spec, forward, params, x, 3, apply);
        if (!(change < 1e-3)) faults.push(`${text}: ${change} by ${apply.name}`);
      }
    } catch (error) {
      const { text } = randomProgram(seed);
      if (!/uses none of the params/.test(`${error}`)) faults.push(`${text}: ${error}`);
    } finally {
      tf.engine().endScope();
    }
  }
  expect(faults).toEqual([]);
});
