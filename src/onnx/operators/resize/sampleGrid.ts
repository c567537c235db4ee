import {
  add,
  gather,
  mul,
  reshape,
  scalar,
  slice,
  type Tensor,
  tensor1d,
} from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../params/internal';
import { gridNeighbours, type Neighbour, type SampleSettings } from './gridNeighbours';

/**
 * Images at the coordinates of a grid.
 *
 * @param images - Images [batch, …sizes, channels].
 * @param grid - The coordinates [batch, …made, dimensions] from −1 to 1, the last axis of an image first.
 * @returns The samples [batch, …made, channels].
 */
export function sampleGrid(images: Tensor, grid: Tensor, settings: SampleSettings): Tensor {
  const sizes = images.shape.slice(1, -1);
  const [batch, channels] = [images.shape[0], images.shape.at(-1)!];
  const made = grid.shape.slice(1, -1);
  const count = sizeOf(made);
  const points = reshape(grid, [batch * count, sizes.length]);
  const neighbours = sizes.map((size, axis) => {
    const column = slice(points, [0, sizes.length - 1 - axis], [-1, 1]);
    return gridNeighbours(reshape(column, [-1]), size, settings);
  });
  const imageOf = Array.from({ length: batch * count }, (_, i) => Math.floor(i / count));
  const start: Neighbour = { position: tensor1d(imageOf, 'int32'), weight: null };
  const corners = neighbours.reduce<readonly Neighbour[]>(
    (found, own, axis) =>
      found.flatMap((each) => own.map((next) => joined(each, next, sizes[axis]))),
    [start],
  );
  const table = reshape(images, [batch * sizeOf(sizes), channels]);
  const samples = corners.map(({ position, weight }) => {
    const rows = gather(table, position);
    return weight ? mul(rows, reshape(weight, [-1, 1])) : rows;
  });
  return reshape(
    samples.reduce((sum, each) => add(sum, each)),
    [batch, ...made, channels],
  );
}

/** The place in a table of one more axis. */
function joined(outer: Neighbour, inner: Neighbour, size: number): Neighbour {
  const { weight } = outer;
  return {
    position: add(mul(outer.position, scalar(size, 'int32')), inner.position),
    weight: weight && inner.weight ? mul(weight, inner.weight) : (weight ?? inner.weight),
  };
}
