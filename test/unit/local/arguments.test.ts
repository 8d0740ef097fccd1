import { describe, expect, it } from 'vitest';
import {
  cloudEnvironment,
  portOf,
  root,
  settingsFrom,
  sharedDirectory,
} from '../../../infra/local/settings.ts';
import { nextSteps, parseOptions } from '../../../infra/local/start.ts';
import { parseWish } from '../../../infra/local/token.ts';

describe('the options of npm start', () => {
  it('demonstrates unless told not to', () => {
    expect(parseOptions([])).toEqual({ demo: true });
    expect(parseOptions(['--no-demo'])).toEqual({ demo: false });
  });

  it('names an option that there is not', () => {
    expect(() => parseOptions(['--fast'])).toThrow(
      'npm start takes one option, --no-demo, and not "--fast".',
    );
  });
});

describe('what npm start prints to try next', () => {
  const endpoints = {
    api: 'http://127.0.0.1:4602/_aws/execute-api/onewindow/$default',
    portal: 'http://127.0.0.1:5173',
    aws: 'http://127.0.0.1:4602',
    region: 'eu-central-1',
    stateMachines: { jointApproval: 'arn:aws:states:eu-central-1:000000000000:stateMachine:joint' },
  };

  it('has all that a command needs: address, Region, credentials, and no $ that a shell would take', () => {
    const steps = nextSteps(endpoints, { directory: sharedDirectory }, { number: 'N-1' });
    const aws = steps.find((each) => each.includes(' aws '));
    expect(aws).toContain('AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test aws ');
    expect(aws).toContain("--endpoint-url 'http://127.0.0.1:4602' --region 'eu-central-1'");
    const inQuotes = (text: string): string => text.replaceAll(/'[^']*'/g, '');
    expect(steps.map(inQuotes).join('\n')).not.toContain('default');
    expect(steps[1]).toBe('TOKEN=$(npm run --silent token -- applicant)');
  });

  it('names the directory of a copy that has its own', () => {
    const steps = nextSteps(endpoints, { directory: `${root}/.local/second` });
    expect(steps[1]).toBe("TOKEN=$(ONEWINDOW_LOCAL_DIR='.local/second' npm run --silent token -- applicant)");
  });
});

describe('the wish for a token', () => {
  it('is a role and a name', () => {
    expect(parseWish(['applicant'])).toEqual({ role: 'applicant', name: 'demo' });
    expect(parseWish(['officer', 'public-security'])).toEqual({ role: 'officer', name: 'public-security' });
  });

  it.each([
    [[], 'Ask for a token as: npm run --silent token -- <applicant|agent|clerk|officer|operator> [name].'],
    [['mayor'], '"mayor" is no role: ask for a token as'],
    [['officer'], 'Name the department of the officer'],
    [['agent', 'a b'], '"a b" is no name for a demo user'],
    [['agent', 'a', 'b'], 'One name is enough'],
  ])('of %j is refused with a sentence', (args, sentence) => {
    expect(() => parseWish(args)).toThrow(sentence);
  });
});

describe('the settings of a run', () => {
  it('take ports from the environment', () => {
    expect(portOf('LOCAL_CLOUD_PORT', 4566, {})).toBe(4566);
    expect(portOf('LOCAL_CLOUD_PORT', 4566, { LOCAL_CLOUD_PORT: '4602' })).toBe(4602);
  });

  it.each(['0', '70000', 'http', '4566.5'])('refuse %s as a port', (given) => {
    expect(() => portOf('PORTAL_PORT', 5173, { PORTAL_PORT: given })).toThrow(
      `PORTAL_PORT is "${given}", which is no port: give a number from 1 to 65535.`,
    );
  });

  it('never send the credentials of this machine to a local cloud', () => {
    const before = process.env.AWS_ACCESS_KEY_ID;
    process.env.AWS_ACCESS_KEY_ID = 'AKIAREAL';
    try {
      const environment = cloudEnvironment(settingsFrom({ LOCAL_CLOUD_PORT: '4602' }));
      expect(environment.AWS_ACCESS_KEY_ID).toBe('test');
      expect(environment.AWS_ENDPOINT_URL).toBe('http://127.0.0.1:4602');
    } finally {
      if (before === undefined) delete process.env.AWS_ACCESS_KEY_ID;
      else process.env.AWS_ACCESS_KEY_ID = before;
    }
  });
});
