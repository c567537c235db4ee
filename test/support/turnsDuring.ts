/** The turns of the event loop while work is done. */
export async function turnsDuring(work: () => void | Promise<void>): Promise<number> {
  let [turns, isDone] = [0, false];
  const count = () => {
    turns++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  await work();
  isDone = true;
  return turns;
}
