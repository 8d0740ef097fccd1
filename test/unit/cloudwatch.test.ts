/** The evaluator of alarms against what the manual of CloudWatch says of it. */
import { describe, expect, it } from 'vitest';
import {
  CompositeAlarm,
  MetricAlarm,
  MetricData,
  type Missing,
  parseMath,
  type State,
  stateOf,
} from '../support/cloudwatch.ts';

/** As the manual writes points, oldest first: `-` missing, `0` fine, `X` breaching. */
const points = (text: string): (number | undefined)[] =>
  [...text.replaceAll(' ', '')].map((each) => (each === '-' ? undefined : Number(each === 'X'))).toReversed();
const every: Missing[] = ['missing', 'ignore', 'breaching', 'notBreaching'];
const states = (text: string, of: [number, number], before: State): State[] =>
  every.map((missing) => stateOf(points(text), (value) => value > 0, of, missing, before));
const retained: State = 'INSUFFICIENT_DATA';

// "Configuring how CloudWatch alarms treat missing data", both tables.
describe('missing data', () => {
  it.each<[string, State[]]>([
    ['0 - X - X', ['OK', 'OK', 'OK', 'OK']],
    ['0 - - - -', ['OK', 'OK', 'OK', 'OK']],
    ['- - - - -', ['INSUFFICIENT_DATA', retained, 'ALARM', 'OK']],
    ['0 X X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['- - X - -', ['ALARM', retained, 'ALARM', 'OK']],
  ])('three of three: %s', (text, expected) => {
    expect(states(text, [3, 3], retained)).toEqual(expected);
  });

  it.each<[string, State[]]>([
    ['0 - X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 0 X 0 X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 - X - -', ['OK', retained, 'ALARM', 'OK']],
    ['- - - - 0', ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - X -', ['ALARM', retained, 'ALARM', 'OK']],
  ])('two of three: %s', (text, expected) => {
    expect(states(text, [2, 3], retained)).toEqual(expected);
  });
});

const metric = (Metrics: object[], more: object = {}) =>
  new MetricAlarm({
    AlarmName: 'alarm',
    Metrics,
    Threshold: 10,
    ComparisonOperator: 'GreaterThanThreshold',
    EvaluationPeriods: 1,
    TreatMissingData: 'notBreaching',
    ...more,
  });
const stat = (Id: string, MetricName: string, Stat = 'Sum') => ({
  Id,
  ReturnData: false,
  MetricStat: { Metric: { Namespace: 'N', MetricName, Dimensions: [] }, Period: 300, Stat },
});

describe('metric math', () => {
  const alarm = metric([
    { Id: 'e', Expression: 'IF(FILL(bad, 0) >= 5, 100 * FILL(bad, 0) / (FILL(bad, 0) + good), 0)' },
    stat('bad', 'Bad'),
    stat('good', 'Good'),
  ]);
  const [bad, good] = alarm.keys;

  it('is counted point by point over a window that slides', () => {
    const data = new MetricData();
    for (let minute = 0; minute < 60; minute++) data.of(good ?? '').add(minute, [10]);
    data.of(bad ?? '').add(20, [3, 3]);
    const ringing = Array.from({ length: 40 }, (_, now) => now).filter(
      (now) => alarm.evaluate(data, now) === 'ALARM',
    );
    // 6 of 56 are 10.7 %: from the minute after it until it has left the window.
    expect(ringing).toEqual([21, 22, 23, 24, 25]);
  });

  it('has no point where a metric that it needs has none', () => {
    const data = new MetricData();
    data.of(bad ?? '').add(20, [6]);
    expect(alarm.evaluate(data, 21)).toBe('OK');
  });

  it('is refused where it is not understood', () => {
    for (const wrong of ['SEARCH("x")', 'm1 +', 'm1 m2', '(m1']) expect(() => parseMath(wrong)).toThrow();
    expect(() =>
      metric([
        { Id: 'e', Expression: 'a' },
        stat('a', 'A'),
        { ...stat('b', 'B'), MetricStat: { Metric: {}, Period: 60, Stat: 'Sum' } },
      ]),
    ).toThrow(/one period/);
  });
});

it('takes percentiles by rank', () => {
  const data = new MetricData();
  data.of('k').add(
    0,
    Array.from({ length: 100 }, (_, i) => i + 1),
  );
  expect(data.of('k').over('p99', 0, 1)).toBe(99);
  expect(data.of('k').over('p85.6', 0, 1)).toBe(86);
});

it('ignores missing data of DynamoDB, whatever is set', () => {
  const alarm = new MetricAlarm({
    AlarmName: 'table',
    Namespace: 'AWS/DynamoDB',
    MetricName: 'ReadThrottleEvents',
    Dimensions: [{ Name: 'TableName', Value: 't' }],
    Period: 60,
    Statistic: 'Sum',
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    EvaluationPeriods: 1,
    TreatMissingData: 'notBreaching',
  });
  const data = new MetricData();
  data.of(alarm.keys[0] ?? '').add(0, [5]);
  expect(alarm.evaluate(data, 1)).toBe('ALARM');
  expect(alarm.evaluate(data, 30)).toBe('ALARM');
});

it('rings an alarm of alarms when all of its parts ring', () => {
  const alarm = new CompositeAlarm({
    AlarmName: 'both',
    AlarmRule: 'ALARM("a") AND ALARM("b")',
    AlarmActions: ['t'],
  });
  expect(alarm.evaluate(() => 'ALARM')).toBe('ALARM');
  expect(alarm.evaluate((name) => (name === 'a' ? 'ALARM' : 'INSUFFICIENT_DATA'))).toBe('OK');
});
