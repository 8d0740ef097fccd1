/**
 * Every few minutes: one synthetic case through the public API, as any machine files one, and a look at the case
 * before. One verdict a run: passed when the case before was decided and handed out in its time and a new one was
 * taken. Nothing is read or written but through the API.
 */
import { setting } from '../platform/env.ts';
import { correlate, faultOf, log } from '../platform/log.ts';
import { count, took } from '../platform/metrics.ts';
import { connect, lastCase, lookAt, Refused, submit } from './onewindow.ts';
import { accessToken, forgetToken } from './token.ts';
import { judge, type Verdict } from './verdict.ts';

const everyMs = (): number => Number(setting('CANARY_MINUTES')) * 60_000;

/** What the case before came to; undefined where that cannot be said. */
async function verdictOnLast(token: string, at: Date): Promise<Verdict | undefined> {
  const number = await lastCase(token);
  // The first of all, or the first after days: its department says where it is to be told.
  if (number === undefined) return void (await connect(at));
  const verdict = judge(await lookAt(number, token), everyMs(), at);
  if (verdict && !verdict.passed) {
    log.error('A synthetic case did not end in its time', {
      application: number,
      because: verdict.because,
    });
  }
  return verdict;
}

/** @returns whether a new case was taken, and what the last one came to */
async function fly(at: Date): Promise<Verdict | undefined> {
  const token = await accessToken(at);
  const verdict = await verdictOnLast(token, at);
  const number = await submit(token, at);
  correlate(number);
  log.info('A synthetic case is filed');
  return verdict;
}

export async function handler(): Promise<void> {
  log.resetKeys();
  try {
    const verdict = await fly(new Date());
    if (!verdict) return;
    count(verdict.passed ? 'CanaryPassed' : 'CanaryFailed');
    if (verdict.passed) took('CanaryTook', verdict.tookMs);
  } catch (error) {
    forgetToken();
    const because = error instanceof Refused ? error.message : undefined;
    log.error('The canary could not go its way', { because, error: faultOf(error) });
    count('CanaryFailed');
  }
}
