/** Where the rows of a case lie, and where the indexes find them. */
import { type Key, shardOf } from '../platform/table.ts';

/** The version as it stands in a sort key: six digits, so that the journal sorts by it. */
const padded = (version: number): string => String(version).padStart(6, '0');

const partition = (number: string): string => `APPLICATION#${number}`;
const row =
  (kind: string) =>
  (number: string, id: string): Key => ({ pk: partition(number), sk: `${kind}#${id}` });

export const keys = {
  application: (number: string): Key => ({ pk: partition(number), sk: 'APPLICATION' }),
  dossier: (number: string): Key => ({ pk: partition(number), sk: 'DOSSIER' }),
  /** Of somebody else than who submitted it: an entry in their list. */
  party: row('PARTY'),
  objection: row('OBJECTION'),
  review: row('REVIEW'),
  /** The token of a review's present wait, written by Step Functions itself. */
  wait: row('WAIT'),
  message: row('MESSAGE'),
  /** Who read whole personal data. */
  audit: row('AUDIT'),
};

/** The application's number that a partition key names. */
export const numberOfPartition = (pk: string): string => pk.slice('APPLICATION#'.length);

/** A journal entry of any aggregate lies in that aggregate's partition. */
export const journalKey = (partition: string, version: number): Key => ({
  pk: partition,
  sk: `EVENT#${padded(version)}`,
});

/** A row that is written again and again, so that the stream is seen to flow. It tells nothing. */
export const heartbeatKey: Key = { pk: 'HEARTBEAT', sk: 'EVENT#000000' };

/** What an operator did to no case in particular, a month in a partition. */
export const operationKey = (at: Date, id: string): Key => ({
  pk: `OPERATIONS#${at.toISOString().slice(0, 7)}`,
  sk: `AUDIT#${id}`,
});

/** Hot partitions of an index are spread over this many shards. */
export const inboxShards = 4;
export const dueShards = 8;

export const indexKeys = {
  /** Applications that a person has to do with, by time. */
  list: (subject: string, submittedAt: string, number: string) => ({
    listKey: `OWNER#${subject}`,
    listSort: `${submittedAt}#${number}`,
  }),
  /** All applications, for operators: by the month in which they were submitted, and by time. */
  all: (submittedAt: string, number: string) => ({
    listKey: `ALL#${submittedAt.slice(0, 7)}`,
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
