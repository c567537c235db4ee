import type { ModelConfig } from '../architecture';
import { inForm } from './inForm';
import { classOf } from './inFormOfClass';
import type { Transformer, TransformerForm } from './transformer';

/** The family in the form of the network with these names and this configuration: the first that they show. */
export function inFormOfNames(
  family: Transformer,
  names: readonly string[],
  prefix: string,
  config: ModelConfig,
): Transformer {
  const known = new Set(names);
  const has = (name: string) => known.has(name) || known.has(prefix + name);
  const heads = Object.keys(family.outside ?? {});
  const ownClass = classOf(config);
  const isOfClass = ({ classes }: TransformerForm) =>
    ownClass !== undefined && classes.includes(ownClass);
  const form = family.forms?.find((each) => {
    if (each.open) return ownClass === undefined && each.open.has.every(has);
    // A network with a head of this form may still have what the form lacks, such as a pooler that nothing reads.
    if (each.outside !== undefined && isOfClass(each)) return true;
    if ((each.lacks ?? heads).some(has)) return false;
    if (!each.mayBeTied) return true;
    return ownClass === undefined ? prefix === each.prefix : isOfClass(each);
  });
  if (form === undefined) return family;
  const own = inForm(family, form);
  if (form.open) return { ...own, warnings: [form.open.warning] };
  return form.mayBeTied && ownClass === undefined ? { ...own, warnings: [TIED] } : own;
}

/** The warning about a network that may have a head. */
const TIED =
  "the names do not show whether the network has a head tied to its embedding, so its last states are taken for its output. Pass the configuration (config.json) with its 'architectures'";
