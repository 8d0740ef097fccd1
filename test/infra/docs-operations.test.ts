import { readFileSync } from 'node:fs';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { describe, expect, it } from 'vitest';
import { synthesize } from '../support/stacks.ts';

/** Rows of the runbook's table: the name of an alarm, or of what has the dead letters. */
const rows = [
  ...readFileSync('docs/operations.md', 'utf8').matchAll(/^\| `([\w/]+)`(?: dead letters)? \|/gm),
].map(([, name]) => name);

describe('docs/operations.md', () => {
  it('says what to do about every alarm of production', () => {
    const alarms = synthesize('production').all.flatMap((stack) =>
      stack.node
        .findAll()
        .filter((each) => each instanceof Alarm)
        .map((each) => each.node.path.slice(stack.node.id.length + 1).replace('/DeadLettersAlarm', '')),
    );
    expect(alarms.filter((name) => !rows.includes(name))).toEqual([]);
  });
});
