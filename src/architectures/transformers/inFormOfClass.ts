import type { ModelConfig } from '../architecture';
import { inForm } from './inForm';
import type { Transformer } from './transformer';

/** The family in the form of the first class that a configuration names. */
export function inFormOfClass(family: Transformer, config: ModelConfig): Transformer {
  const ownClass = classOf(config);
  const form = family.forms?.find(({ classes }) => classes.some((each) => each === ownClass));
  return form === undefined ? family : inForm(family, form);
}

/** The first class that a configuration names. */
export function classOf({ architectures }: ModelConfig): string | undefined {
  const [first] = Array.isArray(architectures) ? architectures : [];
  return typeof first === 'string' ? first : undefined;
}
