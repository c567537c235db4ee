import { invalid } from '../../errors';
import { elementType } from '../model/elementType';
import type { HostArray } from './hostArray';

/** The dtype of values whose element type has this number in `TensorProto.DataType`. */
export function hostDtype(code: number): HostArray['dtype'] {
  const { name, kind } = elementType(code);
  switch (kind) {
    case 'float':
      return 'float32';
    case 'int':
      return 'int32';
    case 'bool':
      return 'bool';
    default:
      throw invalid(
        `values of type ${name} are not supported`,
        'Export the model with floats, integers or booleans',
        { param: 'bytes', received: name },
      );
  }
}
