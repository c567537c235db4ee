import { permutationSpec } from '../../symmetry';
import type { Architecture } from '../architecture';
import { convolution, type Patterns } from '../presets/layout';
import { numbersUnder } from './numbersUnder';

/** SqueezeNet with torchvision's names. The input of a Fire module is the concatenation of two expansions. */
export const squeezenet: Architecture = {
  name: 'squeezenet',
  networks: 'squeezenet1_0 and squeezenet1_1, as in torchvision',
  candidates({ shapes }) {
    const fires = numbersUnder(shapes, 'features').filter((at) =>
      Object.hasOwn(shapes, `features.${at}.squeeze.weight`),
    );
    return fires.length === 0 ? [] : [{ name: 'squeezenet', spec: () => specOf(fires) }];
  },
};

/** @param fires - The positions of the Fire modules in `features`. */
function specOf(fires: readonly number[]) {
  const patterns: Patterns = convolution('pytorch', 'features.0', '_', 'stem');
  let input = 'stem';
  for (const at of fires) {
    const fire = `features.${at}`;
    const [squeeze, narrow, wide] = ['squeeze', 'expand1x1', 'expand3x3'];
    Object.assign(
      patterns,
      convolution('pytorch', `${fire}.${squeeze}`, input, `${fire}.${squeeze}`),
      convolution('pytorch', `${fire}.${narrow}`, `${fire}.${squeeze}`, `${fire}.${narrow}`),
      convolution('pytorch', `${fire}.${wide}`, `${fire}.${squeeze}`, `${fire}.${wide}`),
    );
    input = `(${fire}.${narrow} + ${fire}.${wide})`;
  }
  Object.assign(patterns, convolution('pytorch', 'classifier.1', input, '_'));
  return permutationSpec(patterns);
}
