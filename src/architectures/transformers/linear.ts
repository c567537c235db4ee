import { consumed, dense, type Patterns, produced } from '../presets/layout';

/** The patterns of a linear layer, [out, in], with an optional bias. */
export function linear(name: string, output: string, input: string): Patterns {
  return dense('pytorch', name, input, output);
}

/** The patterns of a linear layer of GPT-2, [in, out], with a bias. */
export function transposedLinear(name: string, input: string, output: string): Patterns {
  return {
    [`${name}.weight`]: `${consumed(input)} ${produced(output)}`,
    [`${name}.bias`]: produced(output),
  };
}

/** The patterns of a layer normalisation, with an optional bias. */
export function norm(name: string, units: string): Patterns {
  return { [`${name}.weight`]: produced(units), [`${name}.bias`]: `? ${produced(units)}` };
}
