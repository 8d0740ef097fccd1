/** What is found at the end, by the system's own public answers, when no fault is injected any more. */

import { keys } from '../../../functions/cases/keys.ts';
import { unpacked } from '../../../functions/cases/packed-dossier.ts';
import { operator } from '../actors/cast.ts';
import type { Api, Body } from '../api.ts';
import type { CaseTruth, Truth } from '../truth.ts';
import type { World } from '../world.ts';

export type Event = { at: string; by: string; version: number; type: string } & Record<string, unknown>;
export type FoundCase = {
  truth: CaseTruth;
  application: Body;
  timeline: Event[];
  /** Name of the edition that the case keeps. */
  edition: string;
};
export type FoundDepartment = { code: string; webhookUrl: string | null; paused: boolean; gone: boolean };
export type Found = { cases: FoundCase[]; departments: FoundDepartment[] };

/** Everything that an invariant may look at. */
export type Evidence = { world: World; truth: Truth; found: Found };
/** One sentence a fault; which case it is about, where it is about one. */
export type Check = (evidence: Evidence) => string[];
export type Invariant = { name: string; protects: string; check: Check };

async function timelineOf(api: Api, number: string): Promise<Event[]> {
  const events: Event[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const { body } = await api.persist('GET', `/applications/${number}/timeline${query}`, { user: operator });
    events.push(...(body.items as Event[]));
    cursor = body.cursor;
  } while (cursor);
  return events;
}

function editionOf({ table, tableName }: World, number: string): string {
  const { pk: hash, sk: range } = keys.dossier(number);
  const row = table.store(tableName).get({ hash, range });
  return row ? String(unpacked(row).catalogue?.edition) : '';
}

/** Asks as an operator would, in the world's own time. */
export async function inspect(world: World, api: Api, truth: Truth): Promise<Found> {
  const cases: FoundCase[] = [];
  const departments: FoundDepartment[] = [];
  let isOver = false;
  const ask = async (): Promise<void> => {
    for (const each of truth.cases.values()) {
      const { body: application } = await api.persist('GET', `/applications/${each.number}`, {
        user: operator,
      });
      const timeline = await timelineOf(api, each.number);
      cases.push({ truth: each, application, timeline, edition: editionOf(world, each.number) });
    }
    const { body } = await api.persist('GET', '/departments', { user: operator });
    departments.push(...(body.items as FoundDepartment[]));
    isOver = true;
  };
  world.stopSchedules();
  world.clock.in(0, () => {
    ask().catch((error: unknown) => world.fail(error));
  });
  const from = world.clock.now;
  for (let i = 1; !isOver && i < 100; i++) await world.run(from + i * 10_000);
  return { cases, departments };
}

/** The form's values as the applicant means them, by name. */
export const sameValue = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
