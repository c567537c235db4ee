import { listNames } from '../checks';
import { invalid } from '../errors';
import type { Shapes } from '../params/internal';
import { formatPattern } from './formatPattern';
import type { PermutationSpec } from './permutationSpec';

/** Throws unless a network of these shapes has the parameters of the spec, with one axis per item of each pattern. */
export function assertShapes(spec: PermutationSpec, shapes: Shapes): void {
  assertNames(spec, shapes);
  for (const [name, shape] of Object.entries(shapes)) assertRank(spec, name, shape);
}

function assertNames(spec: PermutationSpec, params: Shapes): void {
  const missing = Object.keys(spec.params).filter(
    (name) => !spec.params[name].optional && !Object.hasOwn(params, name),
  );
  const unknown = Object.keys(params).filter((name) => !Object.hasOwn(spec.params, name));
  if (missing.length > 0) {
    throw invalid(
      `the params lack ${listNames(missing)}, which the spec names${unknown.length > 0 ? `; they have ${listNames(unknown)}, which it does not` : ''}`,
      "Rename the params, or begin the pattern with '?' if a network may lack the parameter",
      { param: missing[0] },
    );
  }
  if (unknown.length > 0 && spec.unlisted === 'error') {
    throw invalid(
      `the params hold ${listNames(unknown)}, which the spec does not name`,
      "Add a pattern (all '_' if nothing is permuted), or write the spec with { unlisted: 'fixed' }",
      { param: unknown[0] },
    );
  }
}

function assertRank(spec: PermutationSpec, name: string, shape: readonly number[]): void {
  if (!Object.hasOwn(spec.params, name)) return;
  const { axes } = spec.params[name];
  if (axes.length !== shape.length) {
    throw invalid(
      `parameter '${name}' has ${shape.length} axes [${shape}], but its pattern '${formatPattern(spec.params[name])}' has ${axes.length}`,
      'Write one item per axis',
      { param: name, received: shape },
    );
  }
}
