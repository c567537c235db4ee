import { dense, type Patterns } from '../presets/layout';

/** The patterns of two dense layers with a group between them, named after the first: the MLP of a transformer. */
export function perceptron(first: string, second: string, stream: string): Patterns {
  return {
    ...dense('pytorch', first, stream, first),
    ...dense('pytorch', second, first, stream),
  };
}
