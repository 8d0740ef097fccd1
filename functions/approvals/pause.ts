/**
 * The legal clock of the whole case stands still from a correction notice until the correction arrives
 * (Administrative Licensing Law art. 45 for special procedures, and the practice of 补正). Each pause stays on
 * record with its cause, so that every due date can be proved from the journal.
 */
import type { Application } from '../cases/types.ts';
import type { Calendar } from '../clock/calendar.ts';
import { dueAt, timeLeft } from '../clock/limits.ts';

type Changed = Partial<Application>;

const isPaused = (application: Application): boolean => application.pauses.some(({ to }) => to === undefined);

/** Stops the clock, unless it stands still already. */
export function pauseClock(
  application: Application,
  cause: 'correction' | 'special-procedure',
  calendar: Calendar,
  at: Date,
): Changed {
  if (isPaused(application)) return {};
  const from = new Date(application.clock.from);
  return {
    pauses: [...application.pauses, { from: at.toISOString(), cause }],
    clock: {
      from: at.toISOString(),
      promised: timeLeft(calendar, application.clock.promised, from, at),
      statutory: timeLeft(calendar, application.clock.statutory, from, at),
    },
  };
}

/** Lets the clock run again; both due dates move by what the pause took. */
export function resumeClock(application: Application, calendar: Calendar, at: Date): Changed {
  if (!isPaused(application)) return {};
  const promised = dueAt(calendar, application.clock.promised, at);
  const statutory = dueAt(calendar, application.clock.statutory, at);
  return {
    pauses: application.pauses.map((pause) =>
      pause.to === undefined ? { ...pause, to: at.toISOString() } : pause,
    ),
    clock: { ...application.clock, from: at.toISOString() },
    promisedDueAt: promised.dueAt,
    statutoryDueAt: statutory.dueAt,
    provisional: promised.provisional || statutory.provisional,
  };
}
