import { listNames, nearestNames } from '../../checks';
import { invalid } from '../../errors';
import type { ModelConfig } from '../architecture';
import type { Transformer } from './transformer';
import { transformers } from './transformers';

/** The family of networks of this `model_type` and configuration. */
export function findTransformer(type: string, config: ModelConfig): Transformer {
  const family = transformers.find(
    ({ types, fits }) => types.includes(type) && (fits?.(config) ?? true),
  );
  if (family !== undefined) return family;
  const types = [...new Set(transformers.flatMap((each) => each.types))];
  const [nearest] = typeof type === 'string' ? nearestNames(type, types) : [];
  const near = nearest === undefined ? '' : `; the nearest is '${nearest}'`;
  throw invalid(
    `there is no transformer of type '${type}'${near}`,
    `Pass one of ${listNames(types, types.length)}, or derive the spec with traceSpec or from an ONNX file`,
    { param: 'type', received: type },
  );
}
