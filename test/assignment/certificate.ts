import type { CertifiedAssignment } from 'perm-lmc';
import { expect } from 'vitest';

/** The certificate: the duals are feasible, tight on the assignment, and sum to the objective. */
export function expectCertificate(
  similarity: ArrayLike<number>,
  n: number,
  { assignment, objective, duals }: CertifiedAssignment,
) {
  const { rows, columns } = duals;
  let scale = 1;
  for (let at = 0; at < n * n; at++) scale = Math.max(scale, Math.abs(similarity[at]));
  const rounding = 1e-12 * scale * (n + 1);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      expect(rows[i] + columns[j] - similarity[i * n + j]).toBeGreaterThan(-rounding);
    }
    expect(
      Math.abs(rows[i] + columns[assignment[i]] - similarity[i * n + assignment[i]]),
    ).toBeLessThan(rounding);
  }
  const dual = [...rows, ...columns].reduce((sum, value) => sum + value, 0);
  expect(Math.abs(dual - objective)).toBeLessThan(rounding * n + 1e-12);
}

/** The fault of a solution, by its certificate alone; null if it is optimal. */
export function defect(
  similarity: Float32Array | Float64Array,
  n: number,
  m: number,
  { assignment, objective, duals }: CertifiedAssignment,
  slack: number,
): string | null {
  const columns = new Set<number>();
  let assigned = 0;
  for (let i = 0; i < n; i++) {
    const j = assignment[i];
    if (j < 0) {
      if (n <= m) return `row ${i} is not assigned`;
      if (Math.abs(duals.rows[i]) > slack) return `row ${i} is not assigned but has a price`;
      continue;
    }
    if (columns.has(j) || j >= m) return `column ${j} is taken twice, or is none`;
    columns.add(j);
    assigned++;
  }
  if (assigned !== Math.min(n, m)) return `${assigned} rows are assigned`;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      const reduced = duals.rows[i] + duals.columns[j] - similarity[i * m + j];
      if (reduced < -slack) return `the duals are infeasible at [${i}, ${j}]: ${reduced}`;
    }
  }
  if (n < m) {
    const free = duals.columns.findIndex((price, j) => !columns.has(j) && Math.abs(price) > slack);
    if (free >= 0) return `column ${free} is not assigned but has a price`;
  }
  const dual = [...duals.rows, ...duals.columns].reduce((sum, price) => sum + price, 0);
  const gap = Math.abs(dual - objective);
  return gap <= slack * (n + m) ? null : `the duality gap is ${gap}`;
}
