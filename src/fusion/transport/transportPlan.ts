/** A transport of mass between the units of two networks, as the list of its entries that are not 0. */
export interface TransportPlan {
  /** `[entries]`: the unit of a, in ascending order. */
  readonly a: Int32Array;
  /** `[entries]`: the unit of b. */
  readonly b: Int32Array;
  /** `[entries]`: the mass T_ij > 0. All units of a network have the same mass, and all mass together is 1. */
  readonly mass: Float64Array;
}

/**
 * The exact solution of argmin ⟨T, C⟩ over T ≥ 0 with row sums 1/n_A and column sums 1/n_B.
 *
 * With g = gcd(n_A, n_B), every row has n_B/g units of mass and every column takes n_A/g. The least costs are those of
 * whole units, sent along shortest paths in reduced costs: O(n_A·n_B) a path.
 *
 * @param costs - `[n_A × n_B]`, row-major, finite, ≥ 0.
 */
export async function transportPlan(
  costs: Float64Array,
  rows: number,
  columns: number,
  yieldPoint: () => Promise<void>,
): Promise<TransportPlan> {
  const divisor = greatestDivisor(rows, columns);
  const problem: FlowProblem = {
    ...{ costs, rows, columns },
    supply: new Int32Array(rows).fill(columns / divisor),
    demand: new Int32Array(columns).fill(rows / divisor),
    flow: new Int32Array(rows * columns),
    prices: { rows: new Float64Array(rows), columns: new Float64Array(columns) },
  };
  for (let row = 0; row < rows; row++) {
    while (problem.supply[row] > 0) {
      await yieldPoint();
      send(problem, row, shortestPath(problem, row));
    }
  }
  return planOf(problem, (rows * columns) / divisor);
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** A flow with the mass that is left to send. */
interface FlowProblem {
  readonly costs: Float64Array;
  readonly rows: number;
  readonly columns: number;
  readonly supply: Int32Array;
  readonly demand: Int32Array;
  /** `[rows × columns]`. */
  readonly flow: Int32Array;
  /** costs[i, j] − rows[i] − columns[j] ≥ 0, with equality where there is flow. */
  readonly prices: { readonly rows: Float64Array; readonly columns: Float64Array };
}

/** The tree of shortest paths from a row, up to the nearest column with demand. */
interface Paths {
  readonly end: number;
  /** `[columns]`: the row before each column. */
  readonly rowBefore: Int32Array;
  /** `[rows]`: the column before each row; −1 for the first. */
  readonly columnBefore: Int32Array;
}

/** Dijkstra's algorithm; it updates the prices by the distances. */
function shortestPath(problem: FlowProblem, first: number): Paths {
  const { costs, rows, columns, demand, flow, prices } = problem;
  const distance = new Float64Array(columns).fill(Infinity);
  const rowDistance = new Float64Array(rows).fill(Infinity);
  const rowBefore = new Int32Array(columns).fill(-1);
  const columnBefore = new Int32Array(rows).fill(-1);
  const isDone = new Uint8Array(columns);
  visit(first, 0);
  let end = nearest();
  for (; demand[end] === 0; end = nearest()) {
    isDone[end] = 1;
    for (let row = 0; row < rows; row++) {
      if (flow[row * columns + end] === 0 || rowDistance[row] < Infinity) continue;
      columnBefore[row] = end;
      visit(row, distance[end]);
    }
  }
  const length = distance[end];
  for (let row = 0; row < rows; row++) {
    if (rowDistance[row] < Infinity) prices.rows[row] += length - rowDistance[row];
  }
  for (let column = 0; column < columns; column++) {
    if (isDone[column] === 1) prices.columns[column] -= length - distance[column];
  }
  return { end, rowBefore, columnBefore };

  function visit(row: number, before: number): void {
    rowDistance[row] = before;
    const base = before - prices.rows[row];
    for (let column = 0; column < columns; column++) {
      const through = base + costs[row * columns + column] - prices.columns[column];
      if (isDone[column] === 1 || through >= distance[column]) continue;
      distance[column] = through;
      rowBefore[column] = row;
    }
  }

  function nearest(): number {
    let best = -1;
    for (let column = 0; column < columns; column++) {
      if (isDone[column] === 1) continue;
      if (best < 0 || distance[column] < distance[best]) best = column;
    }
    return best;
  }
}

/** Sends as much as the path from a row takes. */
function send(problem: FlowProblem, first: number, { end, rowBefore, columnBefore }: Paths): void {
  const { columns, supply, demand, flow } = problem;
  let amount = Math.min(supply[first], demand[end]);
  for (let row = rowBefore[end]; row !== first; row = rowBefore[columnBefore[row]]) {
    amount = Math.min(amount, flow[row * columns + columnBefore[row]]);
  }
  supply[first] -= amount;
  demand[end] -= amount;
  for (let column = end; column >= 0; ) {
    const row = rowBefore[column];
    flow[row * columns + column] += amount;
    column = columnBefore[row];
    if (column >= 0) flow[row * columns + column] -= amount;
  }
}

function planOf({ flow, columns }: FlowProblem, total: number): TransportPlan {
  const entries = Int32Array.from(flow.keys()).filter((at) => flow[at] > 0);
  return {
    a: entries.map((at) => Math.floor(at / columns)),
    b: entries.map((at) => at % columns),
    mass: Float64Array.from(entries, (at) => flow[at] / total),
  };
}
