import type { Barriers } from '../node/internal';
import { assertMethod } from './assertMethod';
import { barrierDocument, barrierLines, CURVE_LABELS } from './barrierDocument';
import type { BarrierFlags } from './barrierFlags';
import { checkOutput } from './checkOutput';
import { useCommandBackend } from './commandBackend';
import { UsageError } from './exit';
import { matchDocument, matchLines } from './matchDocument';
import { progressLine } from './progressLine';
import { type Session, tell } from './session';
import { tellWarnings } from './tellWarnings';
import { writeTexts } from './writeTexts';

/** `perm-lmc barrier A B --data FILE`: measures the barrier between two networks, before and after B is aligned to A. */
export async function barrier(session: Session, a: string, b: string, flags: BarrierFlags) {
  const { data, output, plot, metric = 'loss' } = flags;
  assertMethod(flags);
  const targets = await checkOutputs(session, flags);
  const backend = await useCommandBackend(flags.backend);
  const { measureByFlags } = await import('./measureByFlags');
  const line = progressLine(session, flags);
  const measured = await measureByFlags(session, [a, b], flags, line);
  const { spec, loss, samples, leftOut, barriers, warnings } = measured;
  const match = measured.match && matchDocument(measured.match);
  const points = barriers.before.alphas.length;
  tellWarnings(session, warnings);

  const texts: [path: string | undefined, text: string][] = [
    [plot, plot === undefined ? '' : await draw(barriers, metric, [a, b])],
    [output, `${JSON.stringify(barriers)}\n`],
  ];
  await targets.write(texts);
  const results = barrierDocument(barriers);
  const document = {
    command: 'barrier',
    ...{ a, b, data, spec, backend, loss, samples, leftOut, points },
    ...(plot === undefined ? {} : { plot }),
    ...(output === undefined ? { curves: barriers } : { output }),
    ...{ match, barriers: results },
  };
  tell(session, flags, document, () => [
    ...(match ? [`aligned ${b} to ${a} by ${spec}`, ...matchLines(match)] : []),
    `measured ${points} points on ${samples} samples of ${data}`,
    ...barrierLines(results),
    ...[plot, output].flatMap((path) => (path === undefined ? [] : [`wrote ${path}`])),
  ]);
}

/** Checks the paths of the outputs, and returns a function that writes texts to those that are named. */
async function checkOutputs(session: Session, { output, plot, force = false }: BarrierFlags) {
  if (output !== undefined && output === plot) {
    throw new UsageError(`--plot and --output name the same file '${plot}': name two files`);
  }
  const overwrite = new Map<string, boolean>();
  for (const path of [output, plot]) {
    if (path === undefined) continue;
    overwrite.set(path, (await checkOutput(session, path, force)).overwrite);
  }
  return {
    write: (texts: readonly [path: string | undefined, text: string][]) =>
      writeTexts(
        session,
        texts.flatMap(([path, text]) =>
          path === undefined ? [] : [{ path, overwrite: overwrite.get(path)!, text }],
        ),
      ),
  };
}

/** The figure of the curves, as an SVG image. */
async function draw(
  barriers: Barriers,
  metric: 'loss' | 'error',
  [a, b]: readonly [string, string],
): Promise<string> {
  const { barrierPlot } = await import('../plots');
  const lines = Object.entries(barriers).flatMap(([name, report]) =>
    report === null ? [] : [{ label: CURVE_LABELS[name as keyof Barriers], report }],
  );
  return barrierPlot(lines, {
    metric,
    xLabel: `α, from A (0) to B (1)`,
    title: `${metric === 'loss' ? 'Loss' : 'Error'} on the line between ${a} and ${b}`,
  });
}
