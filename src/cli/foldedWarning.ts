import { listNames } from '../checks';

/** Names that exporters give to weights that they computed: `onnx::Conv_29`, `29`, `/fc/Constant_1_output_0`, `val_7`. */
const FOLDED = /^(onnx::\w+|\d+|\/.+_output_\d+|val_\d+)$/;

const KEEPING =
  'training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False, keep_initializers_as_inputs=False (the newer exporter, dynamo=True: optimize=False)';

/** The warning about weights of a file whose names no state dict has, with the flags that keep names; none without such weights. */
export function foldedWarning(path: string, names: readonly string[]): string[] {
  const folded = names.filter((name) => FOLDED.test(name));
  if (folded.length === 0) return [];
  return [
    `the exporter folded names away in '${path}', so that the spec fits no other format: ${listNames(folded)}. To keep the names of the state dict, export with torch.onnx.export(…, ${KEEPING})`,
  ];
}
