declare module 'munkres-js' {
  /** The pairs [row, column] of an assignment with the least total cost. */
  export default function munkres(costs: readonly (readonly number[])[]): [number, number][];
}
