import { invalid } from '../../errors';
import type { OnnxAttribute, OnnxFunction } from '../model/onnxModel';

/** The names of values in the flat graph, by their names in a graph or a function; then those around it. */
interface Names {
  readonly own: Map<string, string>;
  readonly around: Names | null;
}

/** Nodes with the names, attributes and operator versions that are valid around them. */
export interface Scope {
  readonly names: Names;
  /** Put before the names of values made in it. */
  readonly prefix: string;
  readonly opsets: ReadonlyMap<string, number>;
  /** The attributes of the call of a function. */
  readonly given: ReadonlyMap<string, OnnxAttribute>;
  /** The functions around it. */
  readonly functions: readonly OnnxFunction[];
  /** The number of functions and branches around it. */
  readonly depth: number;
  /** The names that its own nodes, inputs and initializers make. */
  readonly made: Set<string>;
}

/** The most functions and branches inside each other. */
const DEEPEST = 100;

/** The scope of a whole graph. */
export function graphScope(opsets: ReadonlyMap<string, number>): Scope {
  return {
    names: { own: new Map(), around: null },
    prefix: '',
    opsets,
    given: new Map(),
    functions: [],
    depth: 0,
    made: new Set(),
  };
}

/** The scope of a function's nodes for one call. */
export function functionScope(
  called: OnnxFunction,
  outer: Scope,
  name: string,
  inputs: readonly string[],
  attributes: ReadonlyMap<string, OnnxAttribute>,
): Scope {
  if (outer.functions.includes(called)) {
    throw invalid(`function '${called.name}' calls itself`, 'Export the model again', {
      param: 'bytes',
    });
  }
  const own = new Map(called.inputs.map((input, i) => [input, inputs[i] ?? '']));
  return {
    names: { own, around: null },
    prefix: `${outer.prefix}${name}/`,
    opsets: new Map([...outer.opsets, ...called.opsets]),
    given: new Map([...called.defaults, ...attributes]),
    functions: [...outer.functions, called],
    depth: deeper(outer),
    made: new Set(called.inputs),
  };
}

/** The scope of a branch: it reads all names around it. */
export function branchScope(outer: Scope): Scope {
  return {
    ...outer,
    names: { own: new Map(), around: outer.names },
    depth: deeper(outer),
    made: new Set(),
  };
}

/** The name in the flat graph. Throws if nothing makes the value. */
export function nameIn(scope: Scope, name: string): string {
  if (name === '') return '';
  for (let names: Names | null = scope.names; names; names = names.around) {
    const found = names.own.get(name);
    if (found !== undefined) return found;
  }
  throw invalid(
    `'${name}' is made by no node, and is neither an input nor an initializer`,
    'Export the model again, or pass its whole file',
    { param: name },
  );
}

function deeper({ depth }: Scope): number {
  if (depth < DEEPEST) return depth + 1;
  throw invalid(
    `more than ${DEEPEST} functions and branches are inside each other`,
    'Export the model without functions',
    { param: 'bytes' },
  );
}
