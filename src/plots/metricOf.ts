import { invalid } from '../errors';
import { assertNumber, assertReport } from './assertReport';

type Entry = Readonly<Record<string, number>>;

/**
 * The entry of a metric in a report. Throws if there is none; the error lists the metrics of the report.
 *
 * @param what - The report in errors.
 */
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
      ? `Pass one of its metrics as metric: '${names.join("', '")}'`
      : 'Pass a report that has metrics: this one has none',
    { param: 'metric', received: metric },
  );
}

/** The greatest barrier of a metric in a report. */
export function barrierMax(what: string, report: object, metric: string): number {
  return statedNumber(what, report, metric, 'max');
}

/** The field `name` of a metric in a report, a finite number. */
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

/** The default unit of a metric: nats for `loss`, % for `error` and `accuracy`, else ''. */
export function unitOf(metric: string): string {
  if (metric === 'loss') return 'nats';
  return metric === 'error' || metric === 'accuracy' ? '%' : '';
}
