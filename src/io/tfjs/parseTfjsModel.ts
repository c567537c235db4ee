import { isRecord, kindOf } from '../../checks';
import { invalid } from '../../errors';
import { parseStrictJson, quoted } from '../parseStrictJson';
import { type TfjsWeight, tfjsWeight } from './tfjsWeight';

/** A `model.json` of tfjs, with its manifest checked. */
export interface TfjsDocument {
  /** The whole document. */
  readonly document: Readonly<Record<string, unknown>>;
  readonly groups: readonly TfjsGroup[];
}

/** Weights that follow each other in the bytes of shards that follow each other. */
interface TfjsGroup {
  /** Paths from the folder of the `model.json`. */
  readonly paths: readonly string[];
  readonly weights: readonly TfjsWeight[];
}

const SAVE_AGAIN = 'Save the model again with tfjs or its converter';

/** True for the contents of a `model.json`. */
export function isTfjsDocument(document: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(document.weightsManifest) || isRecord(document.modelTopology);
}

/** True for the text of a `model.json`. */
export function isTfjsText(text: string): boolean {
  try {
    const document: unknown = JSON.parse(text);
    return isRecord(document) && isTfjsDocument(document);
  } catch {
    return false;
  }
}

/** Parses a `model.json`. Every weight and every shard has its name once. */
export function parseTfjsModel(text: string): TfjsDocument {
  const document = parseStrictJson(text, 'the model', SAVE_AGAIN);
  const { weightsManifest } = document;
  if (!Array.isArray(weightsManifest)) {
    throw invalid(
      `weightsManifest must be a list of groups of weights, received ${kindOf(weightsManifest)}`,
      'Pass the model.json of a LayersModel or a GraphModel that was saved with its weights',
      { param: 'weightsManifest', received: weightsManifest },
    );
  }
  const groups = weightsManifest.map(groupOf);
  const names = groups.flatMap(({ weights }) => weights.map(({ name }) => name));
  assertDistinct('weight', names);
  const paths = groups.flatMap((group) => group.paths);
  assertDistinct('shard', paths);
  return { document, groups };
}

function groupOf(group: unknown): TfjsGroup {
  const { paths, weights } = isRecord(group) ? group : {};
  if (!Array.isArray(paths) || !paths.every((path) => typeof path === 'string')) {
    throw invalid(
      `a group of weightsManifest has the paths ${quoted(paths)}, which are no list of texts`,
      SAVE_AGAIN,
      { param: 'paths', received: paths },
    );
  }
  if (!Array.isArray(weights)) {
    throw invalid(
      `a group of weightsManifest has the weights ${quoted(weights)}, which are no list`,
      SAVE_AGAIN,
      { param: 'weights', received: weights },
    );
  }
  return { paths, weights: weights.map(tfjsWeight) };
}

function assertDistinct(what: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) {
      const problem = `weightsManifest names the ${what} ${quoted(name)} twice`;
      throw invalid(problem, SAVE_AGAIN, { param: name, received: name });
    }
    seen.add(name);
  }
}
