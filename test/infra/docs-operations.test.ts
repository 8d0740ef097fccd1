import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { anchorOf } from '../../infra/alarms/data.ts';
import { synthesize } from '../support/stacks.ts';

/** Rows of the runbook: what an alarm's description links to. */
const rows = [...readFileSync('docs/operations.md', 'utf8').matchAll(/<a id="([\w-]+)"><\/a>/g)].map(
  ([, id]) => id ?? '',
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
});
