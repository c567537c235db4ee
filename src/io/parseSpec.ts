import { isRecord } from '../checks';
import { invalid, named } from '../errors';
import type { ParameterSpec, PermutationSpec, SpecDerivation } from '../symmetry';
import { assertParameterName, assertSpec, assertUnlisted } from '../symmetry/internal';
import { assertFields } from './assertFields';
import { groupsFromJson } from './groupsFromJson';
import { isIndex } from './isIndex';
import { parameterFromJson } from './parameterFromJson';
import { parseStrictJson, quoted } from './parseStrictJson';
import { specFormat } from './specFormat';

const REMEDY = 'Write it with serializeSpec';

/**
 * Parses a spec written by `serializeSpec` or by hand. `groups` is optional: by default the groups
 * are those of the patterns, in order of first appearance.
 *
 * @param json - JSON text from any source.
 * @throws InvalidInputError if the text is not JSON, has a duplicate key, has another format or
 * version, or has a malformed pattern, axis or group, or one that no permutation can move: entries that overlap, a
 * tuple of a product twice, or a unit that a parent does not have. The error names the place.
 *
 * @example
 * ```ts
 * import { parseSpec } from 'perm-lmc';
 *
 * parseSpec('{"format": "perm-lmc spec", "version": 1, "params": {"kernel": "_ h", "bias": "h"}}');
 * ```
 */
export function parseSpec(json: string): PermutationSpec {
  return named('parseSpec', () => {
    const root = parseStrictJson(json, 'the spec', REMEDY);
    const fields = ['format', 'version', 'unlisted', 'groups', 'params', 'derivation'];
    assertFields('the spec', root, fields);
    const { format, version } = specFormat;
    if (root.format !== format || root.version !== version) {
      throw invalid(
        `expected format "${format}", version ${version}, received ${quoted(root.format)}, version ${quoted(root.version)}`,
        REMEDY,
        { received: root.format === format ? root.version : root.format },
      );
    }
    const unlisted = root.unlisted ?? 'error';
    assertUnlisted(unlisted);
    if (!isRecord(root.params)) {
      throw invalid(
        `params must be an object, received ${quoted(root.params)}`,
        'Make it an object from parameter names to patterns',
        { param: 'params', received: root.params },
      );
    }
    const params: Record<string, ParameterSpec> = {};
    for (const [name, value] of Object.entries(root.params)) {
      assertParameterName(name);
      params[name] = parameterFromJson(name, value);
    }
    const groups = groupsFromJson(root.groups, params);
    const derivation = derivationFromJson(root.derivation);
    const spec = { groups, params, unlisted, ...(derivation ? { derivation } : {}) };
    assertSpec(spec);
    return spec;
  });
}

function derivationFromJson(value: unknown): SpecDerivation | undefined {
  if (value === undefined) return undefined;
  const isFixed = (item: unknown) =>
    isRecord(item) &&
    typeof item.param === 'string' &&
    isIndex(item.axis) &&
    typeof item.why === 'string';
  const sound =
    isRecord(value) &&
    Array.isArray(value.fixed) &&
    value.fixed.every(isFixed) &&
    Array.isArray(value.warnings) &&
    value.warnings.every((warning) => typeof warning === 'string');
  if (!sound) {
    throw invalid(
      `derivation is ${quoted(value)}`,
      'Leave it out, or give it two lists: fixed axes { param, axis, why } and warnings',
      { param: 'derivation', received: value },
    );
  }
  return value as unknown as SpecDerivation;
}
