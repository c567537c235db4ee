import { parseSpec } from '../io';
import { isTfjsText } from '../io/internal';
import { isOnnxPath } from '../node/internal';
import { aboutInput } from './aboutInput';
import { type DerivationFlags, deriveSpec } from './deriveSpec';
import { deriveTfjsSpec } from './deriveTfjsSpec';
import { isFamily } from './isFamily';
import type { Listing } from './listCheckpoints';
import type { NamedSpec } from './namedSpec';
import { parsePreset } from './parsePreset';
import { readText } from './readText';
import { recognisedSpec } from './recognisedSpec';
import type { Session } from './session';

/** The flags that name a spec. */
export interface SpecFlag extends DerivationFlags {
  readonly spec?: string;
}

/**
 * Loads the spec that a command line names: a preset, a family of networks, a JSON file, an ONNX file, a model of
 * tfjs, or `auto` (the default). `auto` is derived from the ONNX files or the first model of tfjs among the checkpoints,
 * or else that of the architecture that they fit, if there is exactly one.
 *
 * @param listings - The checkpoints that the spec is for.
 * @param isResult - True if the spec is the result of the command, for other checkpoints.
 */
export async function loadSpec(
  session: Session,
  flags: SpecFlag,
  listings: readonly Listing[],
  isResult = false,
): Promise<NamedSpec> {
  const { spec: text = 'auto' } = flags;
  const models = listings.filter(({ format }) => format === 'ONNX').map(({ path }) => path);
  const derive = (paths: readonly string[]) => {
    const isOneExport = models.length === listings.length && haveSameNames(listings);
    const forOthers = isResult || !isOneExport;
    return deriveSpec(session, paths, flags, forOthers);
  };
  if (text === 'auto' && models.length > 0) return derive(models);
  const model = listings.find(({ format }) => format === 'tfjs');
  if (text === 'auto' && model) return deriveTfjsSpec(model.path, flags);
  if (text === 'auto') return recognisedSpec(listings);
  const preset = parsePreset(text);
  if (preset) return { name: text, spec: preset, warnings: [] };
  if (isFamily(text)) return recognisedSpec(listings, text);
  if (isOnnxPath(text)) return derive([text]);
  const json = await readText('spec', text);
  if (isTfjsText(json)) return deriveTfjsSpec(text, flags);
  const spec = aboutInput(`the spec '${text}'`, () => parseSpec(json));
  return { name: text, spec, warnings: [] };
}

function haveSameNames([first, ...others]: readonly Listing[]): boolean {
  const names = first ? Object.keys(first.shapes) : [];
  return others.every(
    ({ shapes }) =>
      Object.keys(shapes).length === names.length &&
      names.every((name) => Object.hasOwn(shapes, name)),
  );
}
