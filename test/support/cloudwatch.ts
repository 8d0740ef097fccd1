/**
 * CloudWatch's alarms, evaluated: a synthesized definition against metric data by the minute. From the manual:
 * statistics over a sliding window; metric math as far as our alarms use it; M of N, over an evaluation range that
 * reaches further back than N when data are missing; what missing data count as; alarms made of alarms.
 */

// biome-ignore lint/suspicious/noExplicitAny: templates have no types
type Any = any;

/** One metric's data by the minute. */
class Series {
  readonly #samples: (number[] | undefined)[] = [];
  /** Sums and counts of all minutes before each, as long as nothing is added. */
  #before: { sums: Float64Array; counts: Float64Array } | undefined;

  copy(): Series {
    const copy = new Series();
    copy.#samples.push(...this.#samples);
    copy.#before = this.#before;
    return copy;
  }

  add(minute: number, values: number[]): void {
    this.#samples[minute] = [...(this.#samples[minute] ?? []), ...values];
    this.#before = undefined;
  }

  /** What a fault takes away. */
  forget(from: number, to: number): void {
    for (let minute = from; minute < to; minute++) this.#samples[minute] = undefined;
    this.#before = undefined;
  }

  #totals(): { sums: Float64Array; counts: Float64Array } {
    if (this.#before) return this.#before;
    const length = this.#samples.length + 1;
    const [sums, counts] = [new Float64Array(length), new Float64Array(length)];
    for (let i = 1; i < length; i++) {
      const own = this.#samples[i - 1] ?? [];
      sums[i] = (sums[i - 1] ?? 0) + own.reduce((sum, each) => sum + each, 0);
      counts[i] = (counts[i - 1] ?? 0) + own.length;
    }
    this.#before = { sums, counts };
    return this.#before;
  }

  /** A statistic over minutes; none where there are no data. */
  over(statistic: string, from: number, to: number): number | undefined {
    const { sums, counts } = this.#totals();
    const within = (all: Float64Array): number => {
      const at = (minute: number): number => all[Math.min(Math.max(minute, 0), all.length - 1)] ?? 0;
      return at(to) - at(from);
    };
    if (within(counts) === 0) return undefined;
    if (statistic === 'Sum') return within(sums);
    const values = this.#samples.slice(Math.max(from, 0), to).flatMap((each) => each ?? []);
    if (statistic === 'Maximum') return values.reduce((a, b) => Math.max(a, b));
    if (statistic === 'Minimum') return values.reduce((a, b) => Math.min(a, b));
    return percentile(values, statistic);
  }
}

function percentile(values: number[], statistic: string): number {
  const share = Number(/^p([\d.]+)$/.exec(statistic)?.[1]) / 100;
  if (Number.isNaN(share)) throw new Error(`No such statistic here: ${statistic}.`);
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] as number;
}

/** A metric's identity: namespace, name and dimensions. */
const keyOf = (
  namespace: string,
  name: string,
  dimensions: { Name: string; Value: unknown }[] = [],
): string =>
  JSON.stringify([
    namespace,
    name,
    ...dimensions
      .map(({ Name, Value }) => [Name, Value])
      .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  ]);

/** All data of an account. */
export class MetricData {
  readonly #series = new Map<string, Series>();

  copy(): MetricData {
    const copy = new MetricData();
    for (const [key, series] of this.#series) copy.#series.set(key, series.copy());
    return copy;
  }

  of(key: string): Series {
    const found = this.#series.get(key) ?? new Series();
    this.#series.set(key, found);
    return found;
  }
}

type Point = number | undefined;
type Node =
  | { type: 'number'; value: number }
  | { type: 'metric'; id: string }
  | { type: 'call'; name: string; args: Node[] }
  | { type: 'binary'; operator: string; left: Node; right: Node };

const precedence: Record<string, number> = {
  '>=': 1,
  '<=': 1,
  '==': 1,
  '>': 1,
  '<': 1,
  '+': 2,
  '-': 2,
  '*': 3,
  '/': 3,
};

/** A parser of the math that we use; it refuses the rest. */
export function parseMath(text: string): Node {
  const tokens = text.match(/[A-Za-z]\w*|\d+(\.\d+)?|>=|<=|==|[-+*/(),<>]/g) ?? [];
  if (tokens.join('') !== text.replaceAll(/\s/g, '')) throw new Error(`Not understood: ${text}`);
  let next = 0;
  const take = (wanted?: string): string => {
    const token = tokens[next++];
    if (token === undefined || (wanted !== undefined && token !== wanted))
      throw new Error(`${wanted} is missing in: ${text}`);
    return token;
  };
  const primary = (): Node => {
    const token = take();
    if (token === '(') {
      const inner = binary(0);
      take(')');
      return inner;
    }
    if (token === '-') return { type: 'number', value: -Number(take()) };
    if (/^\d/.test(token)) return { type: 'number', value: Number(token) };
    if (tokens[next] !== '(') return { type: 'metric', id: token };
    take('(');
    const args = [binary(0)];
    while (tokens[next] === ',') {
      take(',');
      args.push(binary(0));
    }
    take(')');
    return { type: 'call', name: token, args };
  };
  const binary = (lowest: number): Node => {
    let left = primary();
    for (;;) {
      const operator = tokens[next] ?? '';
      const own = precedence[operator];
      if (own === undefined || own < lowest) return left;
      take();
      left = { type: 'binary', operator, left, right: binary(own + 1) };
    }
  };
  const whole = binary(0);
  if (next !== tokens.length) throw new Error(`Not understood: ${text}`);
  return whole;
}

const operators: Record<string, (a: number, b: number) => Point> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  // A point that would be divided by zero is no point.
  '/': (a, b) => (b === 0 ? undefined : a / b),
  '>': (a, b) => Number(a > b),
  '<': (a, b) => Number(a < b),
  '>=': (a, b) => Number(a >= b),
  '<=': (a, b) => Number(a <= b),
  '==': (a, b) => Number(a === b),
};

/** One point of an expression; missing where what it needs is missing. */
function pointOf(node: Node, metric: (id: string) => Point): Point {
  switch (node.type) {
    case 'number':
      return node.value;
    case 'metric':
      return metric(node.id);
    case 'binary': {
      const [left, right] = [pointOf(node.left, metric), pointOf(node.right, metric)];
      return left === undefined || right === undefined ? undefined : operators[node.operator]?.(left, right);
    }
    case 'call': {
      const [first, second, third] = node.args as [Node, Node, Node];
      const value = pointOf(first, metric);
      if (node.name === 'FILL') return value ?? pointOf(second, metric);
      if (node.name !== 'IF') throw new Error(`No such function here: ${node.name}.`);
      return value === undefined ? undefined : pointOf(value === 0 ? third : second, metric);
    }
  }
}

export type State = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
export type Missing = 'breaching' | 'notBreaching' | 'ignore' | 'missing';

/**
 * The state by the latest points, newest first, over the whole evaluation range.
 * @param before the state until now
 */
export function stateOf(
  points: Point[],
  isBreaching: (value: number) => boolean,
  [m, n]: [number, number],
  missing: Missing,
  before: State,
): State {
  const real = points.filter((each) => each !== undefined).slice(0, n);
  const bad = real.filter(isBreaching).length;
  const lacking = n - real.length;
  if (lacking === 0) return bad >= m ? 'ALARM' : 'OK';
  if (missing === 'breaching') return bad + lacking >= m ? 'ALARM' : 'OK';
  if (missing === 'notBreaching') return bad >= m ? 'ALARM' : 'OK';
  if (real.length === 0) return missing === 'ignore' ? before : 'INSUFFICIENT_DATA';
  if (missing === 'ignore') return bad >= m ? 'ALARM' : bad > 0 ? before : 'OK';
  return bad >= m || bad === real.length ? 'ALARM' : 'OK';
}

const comparisons: Record<string, (value: number, threshold: number) => boolean> = {
  GreaterThanThreshold: (a, b) => a > b,
  GreaterThanOrEqualToThreshold: (a, b) => a >= b,
  LessThanThreshold: (a, b) => a < b,
  LessThanOrEqualToThreshold: (a, b) => a <= b,
};

/** So many periods further back are looked at when data are missing. */
const reach = 2;

type Query = { key: string; statistic: string };

/** A metric alarm of a template. */
export class MetricAlarm {
  readonly name: string;
  /** Whether it tells anybody. */
  readonly rings: boolean;
  readonly okRings: boolean;
  readonly minutes: number;
  readonly metrics: Map<string, Query>;
  state: State = 'INSUFFICIENT_DATA';
  readonly #math: Node;
  readonly #definition: Any;

  constructor(properties: Any) {
    this.#definition = properties;
    this.name = properties.AlarmName;
    this.rings = (properties.AlarmActions ?? []).length > 0;
    this.okRings = (properties.OKActions ?? []).length > 0;
    const all: Any[] = properties.Metrics ?? [];
    const stats = all.filter(({ MetricStat }) => MetricStat);
    this.metrics = new Map(
      all.length === 0
        ? [
            [
              'm',
              {
                key: keyOf(properties.Namespace, properties.MetricName, properties.Dimensions),
                statistic: properties.Statistic ?? properties.ExtendedStatistic,
              },
            ],
          ]
        : stats.map(({ Id, MetricStat: { Metric, Stat } }) => [
            Id,
            { key: keyOf(Metric.Namespace, Metric.MetricName, Metric.Dimensions), statistic: Stat },
          ]),
    );
    const periods = new Set(
      all.length === 0 ? [properties.Period] : stats.map((each) => each.MetricStat.Period),
    );
    const [seconds] = periods;
    if (periods.size !== 1 || seconds % 60 !== 0)
      throw new Error(`${this.name} has no one period of minutes.`);
    if (seconds * properties.EvaluationPeriods > 86_400)
      throw new Error(`${this.name} looks back over a day.`);
    this.minutes = seconds / 60;
    this.#math = parseMath(all.find(({ ReturnData }) => ReturnData !== false)?.Expression ?? 'm');
  }

  /** Identities of its metrics. */
  get keys(): string[] {
    return [...this.metrics.values()].map(({ key }) => key);
  }

  #point(data: MetricData, from: number, to: number): Point {
    return pointOf(this.#math, (id) => {
      const query = this.metrics.get(id);
      if (!query) throw new Error(`${this.name} has no metric ${id}.`);
      return data.of(query.key).over(query.statistic, from, to);
    });
  }

  /** Evaluates it as of the end of a minute. */
  evaluate(data: MetricData, now: number): State {
    const {
      EvaluationPeriods: n,
      DatapointsToAlarm: m = n,
      Threshold,
      ComparisonOperator,
    } = this.#definition;
    const points: Point[] = [];
    for (let i = 0; i < n + reach; i++) {
      const to = now - i * this.minutes;
      points.push(this.#point(data, to - this.minutes, to));
      // What lies further back matters only where something is missing.
      if (i === n - 1 && points.every((each) => each !== undefined)) break;
    }
    // Whatever is set, data of DynamoDB that are missing are ignored.
    const isTables = [...this.metrics.values()].every(({ key }) => key.includes('AWS/DynamoDB'));
    const missing: Missing = isTables ? 'ignore' : (this.#definition.TreatMissingData ?? 'missing');
    const compare = comparisons[ComparisonOperator];
    if (!compare) throw new Error(`No such comparison here: ${ComparisonOperator}.`);
    this.state = stateOf(points, (value) => compare(value, Threshold), [m, n], missing, this.state);
    return this.state;
  }
}

/** An alarm made of alarms: `ALARM("a") AND ALARM("b")`. */
export class CompositeAlarm {
  readonly name: string;
  readonly rings: boolean;
  readonly okRings: boolean;
  readonly parts: string[];
  state: State = 'OK';

  constructor(properties: Any) {
    this.name = properties.AlarmName;
    this.rings = (properties.AlarmActions ?? []).length > 0;
    this.okRings = (properties.OKActions ?? []).length > 0;
    const terms = String(properties.AlarmRule).split(' AND ');
    this.parts = terms.map((term) => {
      const name = /^ALARM\("([^"]+)"\)$/.exec(term)?.[1];
      if (!name) throw new Error(`Not understood: ${term}`);
      return name;
    });
  }

  evaluate(stateOfAlarm: (name: string) => State): State {
    this.state = this.parts.every((name) => stateOfAlarm(name) === 'ALARM') ? 'ALARM' : 'OK';
    return this.state;
  }
}

/** All alarms of some stacks. */
export class Alarms {
  readonly metric: MetricAlarm[];
  readonly composite: CompositeAlarm[];

  constructor(ofType: (type: string) => [string, { Properties: unknown }][]) {
    const of = (type: string): unknown[] => ofType(type).map(([, { Properties }]) => Properties);
    this.metric = of('AWS::CloudWatch::Alarm').map((each) => new MetricAlarm(each));
    this.composite = of('AWS::CloudWatch::CompositeAlarm').map((each) => new CompositeAlarm(each));
  }

  get ringing(): (MetricAlarm | CompositeAlarm)[] {
    return [...this.metric, ...this.composite].filter(({ rings }) => rings);
  }

  /** Identities of all metrics that an alarm looks at. */
  get keys(): string[] {
    return [...new Set(this.metric.flatMap(({ keys }) => keys))];
  }

  /** Names of those that ring as of a minute. */
  evaluate(data: MetricData, now: number): string[] {
    const states = new Map(this.metric.map((each) => [each.name, each.evaluate(data, now)]));
    for (const each of this.composite) each.evaluate((name) => states.get(name) ?? 'INSUFFICIENT_DATA');
    return this.ringing.filter(({ state }) => state === 'ALARM').map(({ name }) => name);
  }

  forget(): void {
    for (const each of this.metric) each.state = 'INSUFFICIENT_DATA';
  }
}
