import type { FuzzedParser } from './fuzzedParser';
import { indexes } from './parsers/indexes';
import { keras } from './parsers/keras';
import { matchStates } from './parsers/matchStates';
import { networks } from './parsers/networks';
import { npz } from './parsers/npz';
import { onnx } from './parsers/onnx';
import { permutationTexts } from './parsers/permutationTexts';
import { presets } from './parsers/presets';
import { pytorch } from './parsers/pytorch';
import { reports } from './parsers/reports';
import { safetensors } from './parsers/safetensors';
import { specs } from './parsers/specs';
import { tfjs } from './parsers/tfjs';

/** All parsers of text and files from others. */
export const parsers: readonly FuzzedParser[] = [
  ...safetensors,
  ...indexes,
  ...specs,
  ...permutationTexts,
  ...presets,
  ...networks,
  ...matchStates,
  ...reports,
  ...pytorch,
  ...npz,
  ...keras,
  ...tfjs,
  ...onnx,
];
