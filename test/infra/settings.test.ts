/** Settings of a stage: from a file of whoever deploys it, complete or not at all. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseOwnSettings, readOwnSettings } from '../../infra/own-settings.ts';
import { settingsOf, stageNames } from '../../infra/settings.ts';
import { configured } from '../support/stacks.ts';

const whole = {
  courierUrl: 'https://courier.example.org/orders',
  smsUrl: 'https://sms.example.org/messages',
  alarmEmail: 'on-call@example.org',
};
const parse = (settings: unknown) => parseOwnSettings(JSON.stringify(settings), 'mine.json');

describe('a stage for real users', () => {
  it('is refused in one sentence that names everything that is missing, and where it belongs', () => {
    expect(() => settingsOf('production')).toThrow(
      /^The stage production is not ready[^.]* courierUrl .*alarmEmail .*smsUrl or smsOriginationIdentity .* in onewindow\.production\.json, as docs\/operations\.md shows\.$/,
    );
    expect(() => settingsOf('china', whole, 'mine.json')).toThrow(/identity .*icpFiling .* in mine\.json/);
    expect(() => settingsOf('china', whole)).not.toThrow(/courierUrl|alarmEmail|smsUrl/);
  });

  it('lacks nothing that is given, and sends by either way', () => {
    const { smsUrl, ...rest } = whole;
    expect(() => settingsOf('production', rest)).toThrow(/set smsUrl or smsOriginationIdentity \([^)]*\) in/);
    expect(settingsOf('production', whole)).toMatchObject({ ...whole, sandbox: false, keepData: true });
    const smsOriginationIdentity = 'arn:aws:sms-voice:eu-central-1:111111111111:pool/pool-1';
    expect(settingsOf('production', { ...rest, smsOriginationIdentity }).smsUrl).toBeUndefined();
  });

  it('has no address of an example anywhere in the repository’s own settings', () => {
    for (const stage of ['local', 'development', 'integration']) {
      expect(JSON.stringify(settingsOf(stage))).not.toContain('example');
      expect(settingsOf(stage).sandbox).toBe(true);
    }
  });
});

describe('a file of settings', () => {
  it('overrides what the stage brings, and nothing else', () => {
    const changed = settingsOf('integration', parse({ logRetentionDays: 7 }));
    expect(changed).toEqual({ ...settingsOf('integration'), logRetentionDays: 7 });
  });

  it('is refused with its name and each wrong setting', () => {
    const wrong = {
      courierUrl: 'http://courier.example.org',
      alarmEmail: 'nobody',
      portalOrigins: ['https://window.example.org/'],
      identity: { issuer: 'https://id.example.org', audience: [] },
      sandbox: true,
    };
    expect(() => parse(wrong)).toThrow(
      /^mine\.json is not right: courierUrl: .*; alarmEmail: .*; portalOrigins\.0: .*; identity\.audience: .*"sandbox"\.$/,
    );
    expect(() => parse([])).toThrow(/^mine\.json is not right: the whole: /);
    expect(() => parseOwnSettings('{', 'mine.json')).toThrow(/^mine\.json is not JSON: /);
  });

  it('may be absent unless it was named', () => {
    const folder = mkdtempSync(join(tmpdir(), 'onewindow-'));
    const file = join(folder, 'onewindow.production.json');
    expect(readOwnSettings(file, false)).toEqual({});
    expect(() => readOwnSettings(file, true)).toThrow(`There is no ${file}`);
    writeFileSync(file, JSON.stringify(whole));
    expect(readOwnSettings(file, false)).toEqual(whole);
  });
});

it('the examples of the documentation are complete', () => {
  for (const stage of stageNames) expect(configured(stage).stage).toBe(stage);
});

it('names the stages that there are', () => {
  expect(() => settingsOf('staging')).toThrow(
    'There is no stage "staging"; there are local, development, integration, production, china.',
  );
});
