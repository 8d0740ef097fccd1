/**
 * The centre and its calendar: bundled into the functions, apart from the catalogue. The law's time is counted with no
 * read, and changes with a deployment only.
 */
import data from '#centre' with { type: 'json' };
import { calendarFor } from '../clock/calendar.ts';
import type { Centre } from './schemas.ts';

export const centre = data as unknown as Centre;

/** Working days and opening hours of the centre. */
export const calendar = calendarFor(centre.openingHours);
