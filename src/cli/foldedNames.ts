import { listNames } from '../checks';

/** Names that exporters give to weights that they computed: `onnx::Conv_29`, `29`, `/fc/Constant_1_output_0`, `val_7`. */
const MADE_BY_EXPORTERS = /^(onnx::\w+|\d+|\/.+_output_\d+|val_\d+)$/;

/** The names that are not those of a state dict, because the exporter computed the weights or renamed them. */
export function foldedNames(names: readonly string[]): string[] {
  return names.filter((name) => MADE_BY_EXPORTERS.test(name));
}

/** The warning for names that only the file itself has; null if there is none. */
export function foldedWarning(path: string, names: readonly string[]): string | null {
  const folded = foldedNames(names);
  if (folded.length === 0) return null;
  return `the exporter folded names away in '${path}': ${listNames(folded)} ${folded.length === 1 ? 'is a weight' : 'are weights'} that no state dict has, so the spec is for files of this export alone. To keep the names, export with ${KEEPING}`;
}

const KEEPING =
  'torch.onnx.export(…, training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False, keep_initializers_as_inputs=False), or with dynamo=True, optimize=False';
