import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { anchorOf } from '../../infra/alarms/data.ts';
import { drills } from '../../infra/drills/drills.ts';
import { synthesize } from '../support/stacks.ts';

const runbook = readFileSync('docs/operations.md', 'utf8');

/** Rows of the runbook: what an alarm's description links to. */
const rows = [...runbook.matchAll(/<a id="([\w-]+)"><\/a>/g)].map(([, id]) => id ?? '');

type Row = { name: string; alarm: string | undefined; minutes: string; commands: string };

/** What the drills have told, as it stands in the runbook. */
const tried: Row[] = (runbook.split('<!-- drills -->')[1]?.split('<!-- /drills -->')[0] ?? '')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => {
    const [, name = '', , alarm = '', minutes = '', commands = ''] = line
      .split('|')
      .map((cell) => cell.trim());
    return {
      name: name.replaceAll('`', ''),
      alarm: /^\[`(.*)`\]/.exec(alarm)?.[1],
      minutes,
      commands,
    };
  });

/** What an operator reads: the row of an alarm, and the sections that it leads to. */
function wordsFor(alarm: string): string {
  const row = runbook.split('\n').find((line) => line.includes(`<a id="${anchorOf(alarm)}"></a>`)) ?? '';
  const slug = (title: string): string =>
    title
      .toLowerCase()
      .replaceAll(' ', '-')
      .replace(/[^\w-]/g, '');
  const sections = runbook
    .split(/^## /m)
    .filter((text) => row.includes(`(#${slug(text.split('\n')[0] ?? '')})`));
  return [row, ...sections].join('\n');
}

/** What a command does, without what it does it to. */
const verbsIn = (commands: string): string[] =>
  [...commands.matchAll(/`(?:npm run ops -- ([^\s`]+)|aws \S+ ([^\s`]+)|(PUT \/\w+))/g)].map(
    ([, ops, aws, http]) => ops ?? aws ?? http ?? '',
  );

describe('docs/operations.md', () => {
  it('has a row for every alarm of every stage that rings, and none for what rings no more', () => {
    const names = ['production', 'integration'].flatMap((stage) => {
      const { ofType } = synthesize(stage, {
        domain: {
          name: 'api.example.org',
          certificateArn: 'arn:aws:acm:us-east-1:111111111111:certificate/a',
        },
      });
      return [...ofType('AWS::CloudWatch::Alarm'), ...ofType('AWS::CloudWatch::CompositeAlarm')]
        .filter(([, { Properties }]) => 'AlarmActions' in Properties)
        .map(([, { Properties }]) =>
          anchorOf(String(Properties.AlarmName).replace(`OneWindow-${stage}-`, '')),
        );
    });
    expect(rows.toSorted()).toEqual([...new Set(names)].toSorted());
  });

  it('tells what every drill has shown', () => {
    expect(tried.map(({ name, alarm }) => [name, alarm])).toEqual(
      Object.entries(drills).map(([name, { alarm }]) => [name, alarm]),
    );
    for (const { alarm, minutes } of tried) expect(Number(minutes) > 0).toBe(alarm !== undefined);
  });

  it.each(tried.flatMap(({ name, alarm, commands }) => (alarm ? [{ name, alarm, commands }] : [])))(
    'says itself what ends $name',
    ({ alarm, commands }) => {
      const verbs = verbsIn(commands);
      expect(verbs.filter((verb) => !wordsFor(alarm).includes(verb))).toEqual([]);
    },
  );
});
