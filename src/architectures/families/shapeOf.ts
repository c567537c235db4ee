import { invalid } from '../../errors';
import type { Shapes } from '../../params/internal';

/** The shape of a parameter that a family needs; throws if the network has none of this name and rank. */
export function shapeOf(shapes: Shapes, name: string, rank: number): readonly number[] {
  const shape = Object.hasOwn(shapes, name) ? shapes[name] : null;
  if (shape?.length === rank) return shape;
  throw invalid(
    shape
      ? `parameter '${name}' has ${shape.length} axes instead of ${rank}`
      : `the params lack '${name}'`,
    'Derive the spec with traceSpec or from an ONNX file, or write it with permutationSpec',
    { param: name, received: shape ?? undefined },
  );
}
