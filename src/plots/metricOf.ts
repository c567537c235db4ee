import { invalid } from '../errors';
import { assertNumber, assertReport } from './assertReport';

type Entry = Readonly<Record<string, number>>;

/** The entry of a metric in a report; where there is none, an error names the metrics that it has. */
export function metricOf<Found>(
  what: string,
  report: object,
  metric: string,
  isEntry: (value: unknown) => boolean,
): Found {
  assertReport(what, report);
  const entries = report as Record<string, unknown>;
  if (Object.hasOwn(entries, metric) && isEntry(entries[metric])) return entries[metric] as Found;
  const names = Object.keys(entries).filter((name) => isEntry(entries[name]));
  throw invalid(
    `${what} has no metric '${metric}'`,
    names.length > 0
      ? `Pass as metric one of those there are: '${names.join("', '")}'`
      : 'It has no metric at all',
  );
}

/** The barrier that a report states under the metric's name. */
export function barrierMax(what: string, report: object, metric: string): number {
  return statedNumber(what, report, metric, 'max');
}

/** The number that a report states under a name of its own under the metric's. */
export function statedNumber(
  what: string,
  report: object,
  metric: string,
  name: 'max' | 'barycentre',
): number {
  const isEntry = (value: unknown) => typeof (value as Entry | null)?.[name] === 'number';
  const { [name]: value } = metricOf<Entry>(what, report, metric, isEntry);
  assertNumber(`${metric}.${name} of ${what}`, value);
  return value;
}

/** The usual unit of a metric: nats of a cross-entropy, percent of a share of examples. */
export function unitOf(metric: string): string {
  if (metric === 'loss') return 'nats';
  return metric === 'error' || metric === 'accuracy' ? '%' : '';
}
