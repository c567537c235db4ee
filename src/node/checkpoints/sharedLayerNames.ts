import { listedWeights, type OpenTfjs } from '../openTfjs';

/**
 * The names of the listed weights of a model that is used with another one: those of the other, where names differ in
 * numbers alone and shapes agree. tfjs counts layers over a whole process, so that two models of one architecture are
 * saved with `dense_Dense1/kernel` and `dense_Dense3/kernel`.
 */
export function sharedLayerNames(first: Named, model: Named): string[] {
  const [theirs, own] = [listedWeights(first), listedWeights(model)];
  const names = own.map(({ name }) => name);
  const known = new Set(theirs.map(({ name }) => name));
  if (own.length !== theirs.length || names.every((name) => known.has(name))) return names;
  const isRenumbered = own.every(
    ({ name, shape }, i) =>
      withoutNumbers(name) === withoutNumbers(theirs[i].name) &&
      shape.join() === theirs[i].shape.join(),
  );
  return isRenumbered ? theirs.map(({ name }) => name) : names;
}

type Named = Pick<OpenTfjs, 'weights'>;

function withoutNumbers(name: string): string {
  return name.replace(/\d+/g, '#');
}
