import type { CheckpointFormat } from './checkpointFormat';
import { kerasFormat } from './kerasFormat';
import { npzFormat } from './npzFormat';
import { onnxFormat } from './onnxFormat';
import { pytorchFormat } from './pytorchFormat';
import { safetensorsFormat } from './safetensorsFormat';
import { tfjsFormat } from './tfjsFormat';

/** The formats of checkpoints. The first is that of files that no other one claims; its errors name their kind. */
export const checkpointFormats: readonly CheckpointFormat[] = [
  safetensorsFormat,
  onnxFormat,
  npzFormat,
  pytorchFormat,
  tfjsFormat,
  kerasFormat,
];
