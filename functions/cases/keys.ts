/** Where the rows of a case lie, and where the indexes find them. */
import { type Key, shardOf } from '../platform/table.ts';

/** The version as it stands in a sort key: six digits, so that the journal sorts by it. */
const padded = (version: number): string => String(version).padStart(6, '0');

export const keys = {
  application: (number: string): Key => ({ pk: `APPLICATION#${number}`, sk: 'APPLICATION' }),
  dossier: (number: string): Key => ({ pk: `APPLICATION#${number}`, sk: 'DOSSIER' }),
  review: (number: string, review: string): Key => ({ pk: `APPLICATION#${number}`, sk: `REVIEW#${review}` }),
  token: (number: string, review: string): Key => ({ pk: `APPLICATION#${number}`, sk: `TOKEN#${review}` }),
  message: (number: string, key: string): Key => ({ pk: `APPLICATION#${number}`, sk: `MESSAGE#${key}` }),
};

/** A journal entry of any aggregate lies in that aggregate's partition. */
export const journalKey = (partition: string, version: number): Key => ({
  pk: partition,
  sk: `EVENT#${padded(version)}`,
});

/** Hot partitions of an index are spread over this many shards. */
export const inboxShards = 4;
export const dueShards = 8;

export const indexKeys = {
  /** Applications of the user who submitted them, by time. */
  list: (owner: string, submittedAt: string, number: string) => ({
    listKey: `OWNER#${owner}`,
    listSort: `${submittedAt}#${number}`,
  }),
  /** A department's reviews, open and closed apart, by due date. */
  inbox: (department: string, phase: 'open' | 'closed', review: string, dueAt: string) => ({
    inboxKey: `INBOX#${department}#${phase}#${shardOf(review, inboxShards)}`,
    inboxSort: `${dueAt}#${review}`,
  }),
  /** Whatever the sweep must look at, by time. */
  due: (number: string, at: string) => ({
    dueKey: `DUE#${shardOf(number, dueShards)}`,
    dueSort: `${at}#${number}`,
  }),
};
