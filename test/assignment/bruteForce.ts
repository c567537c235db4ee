/** The greatest sum of one value in each row, in different columns: every way is tried. `[rows × columns]`, few rows. */
export function bruteForce(similarity: ArrayLike<number>, rows: number, columns = rows): number {
  const taken = new Set<number>();
  const visit = (row: number): number => {
    if (row === rows) return 0;
    let best = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < columns; j++) {
      if (taken.has(j)) continue;
      taken.add(j);
      best = Math.max(best, similarity[row * columns + j] + visit(row + 1));
      taken.delete(j);
    }
    return best;
  };
  return visit(0);
}
