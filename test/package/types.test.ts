import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { installedPackage, projectFolder } from '../support/installedPackage';

beforeAll(installedPackage, 180_000);

/** A program of a user's; what must be an error is. */
const consumer = `
import type { Tensor } from '@tensorflow/tfjs-core';
import { type MatchResult, type Params, InvalidInputError, barrier, mlpSpec, weightMatch } from 'perm-lmc';
import { readSafetensors, startThreads } from 'perm-lmc/node';
import { barrierPlot } from 'perm-lmc/plots';

export async function align(path: string, b: Params): Promise<MatchResult> {
  const { params: a } = await readSafetensors(path);
  const first: Tensor = a['dense1/kernel'];
  const threads = await startThreads({ count: 2 });
  const evaluate = async (params: Params) => ({ loss: params['dense1/bias'].rank });
  const curve = await barrier(a, b, evaluate, { points: 5 });
  const text: string = barrierPlot(curve, { title: String(first.size) });
  if (text === '') throw new InvalidInputError(text, 'Pass another');
  // @ts-expect-error There is no such metric.
  curve.error;
  // @ts-expect-error The second network is missing.
  await weightMatch(mlpSpec(3), a);
  // @ts-expect-error There is no such order.
  await weightMatch(mlpSpec(3), a, b, { order: 'sideways' });
  return weightMatch(mlpSpec(3), a, b, { threads, order: 'forward' });
}
`;

const settings = [
  ['node16, as an ES module', 'consumer.mts', 'Node16', 'Node16'],
  ['node16, as CommonJS', 'consumer.cts', 'Node16', 'Node16'],
  ['bundler', 'consumer.ts', 'ESNext', 'Bundler'],
] as const;

describe.each(settings)('with moduleResolution %s', (_, file, module, moduleResolution) => {
  let program: ts.Program;
  let path: string;

  beforeAll(() => {
    path = join(projectFolder(`types-${moduleResolution}`), file);
    writeFileSync(path, consumer);
    program = ts.createProgram([path], {
      module: ts.ModuleKind[module],
      moduleResolution: ts.ModuleResolutionKind[moduleResolution],
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
      ...{ strict: true, noEmit: true, skipLibCheck: false, types: [] },
    });
  });

  it('a program with all entry points compiles', () => {
    expect(messages(program.getGlobalDiagnostics())).toEqual([]);
    const source = program.getSourceFile(path);
    expect(messages(program.getSyntacticDiagnostics(source))).toEqual([]);
    expect(messages(program.getSemanticDiagnostics(source))).toEqual([]);
  });

  it('our declarations are without errors, whatever skipLibCheck is', () => {
    const own = program
      .getSourceFiles()
      .filter(({ fileName }) => fileName.includes('node_modules/perm-lmc/'));
    const ending = file.endsWith('.cts') ? '.d.cts' : '.d.ts';
    for (const entry of ['index', 'node/index', 'plots/index']) {
      const wanted = `perm-lmc/dist/${entry}${ending}`;
      expect(
        own.some(({ fileName }) => fileName.endsWith(wanted)),
        wanted,
      ).toBe(true);
    }
    for (const each of own) expect(messages(program.getSemanticDiagnostics(each))).toEqual([]);
  });
});

function messages(diagnostics: readonly ts.Diagnostic[]): string[] {
  return diagnostics.map(({ file, messageText }) =>
    [file?.fileName, ts.flattenDiagnosticMessageText(messageText, '\n')].join(': '),
  );
}
