import { inflateRawSync } from 'node:zlib';
import type { Row } from '../table/values.ts';
import type { Evidence, Invariant } from './found.ts';

/** Which function may decrypt personal data, and on which of its routes. */
const mayDecrypt: Record<string, RegExp> = {
  ReviewsApi: /^GET \/reviews\/\{id\}$/,
  IntakeApi: /^POST \/applications\/\{id\}\/corrections$/,
  IssueOutputs: /^$/,
  SendSms: /^$/,
};

type Node = { 'x-personal'?: boolean; properties?: Record<string, Node>; items?: Node };

/** The texts of a form, apart: those that its schema marks as personal, and those that anybody may see. */
function textsOf(value: unknown, node: Node | undefined): { marked: string[]; open: string[] } {
  if (typeof value === 'string')
    return node?.['x-personal'] ? { marked: [value], open: [] } : { marked: [], open: [value] };
  if (value === null || typeof value !== 'object') return { marked: [], open: [] };
  const parts = Object.entries(value).map(([name, each]) =>
    textsOf(each, Array.isArray(value) ? node?.items : node?.properties?.[name]),
  );
  return { marked: parts.flatMap(({ marked }) => marked), open: parts.flatMap(({ open }) => open) };
}

/** Names, addresses and numbers: a date is in every row, and a choice of a list may be a word of the system. */
const isTelling = (value: string): boolean => /\p{Script=Han}{2}|\d{6}/u.test(value);

/**
 * Personal values of what was submitted, by application, as they must stand nowhere but sealed. What a form of the seed
 * shows openly (the name of a company that applies) is none.
 */
function secretsOf({ found }: Evidence): Map<string, string[]> {
  const all = found.cases.map(({ truth }) => {
    const { applicant, form } = truth.submitted;
    const { marked, open } = textsOf(form, truth.service.form as Node);
    const own = [applicant.name, applicant.idNumber, applicant.phone, ...marked];
    return { number: truth.number, own: [...new Set(own)].filter(isTelling), open };
  });
  const open = all.flatMap((each) => each.open);
  return new Map(
    all.map(({ number, own }) => [
      number,
      own.filter((value) => !open.some((shown) => shown.includes(value))),
    ]),
  );
}

/** A row as who reads the table sees it: what is packed unpacked, what is sealed left out. */
const textOf = (row: Row): string =>
  JSON.stringify(row, (name, value) => {
    if (!(value instanceof Uint8Array)) return value;
    return name === 'packed' ? inflateRawSync(value).toString() : undefined;
  });

/** What is published of the catalogue is open to everybody, examples and all. */
const isOfCase = ({ pk }: Row): boolean => !/^(CATALOGUE|SERVICE#)/.test(String(pk));

/** Everything that anybody but those who must know could see. */
function traces({ world }: Evidence): [string, string][] {
  const queued = [...world.queues.values()].flatMap(({ name, messages }) =>
    [...messages].map(({ body }): [string, string] => [`the queue ${name}`, body]),
  );
  const executions = [...world.workflow.executions.values()].map(({ name, input }): [string, string] => [
    `the execution ${name}`,
    JSON.stringify(input),
  ]);
  const logs = world.faults.map(({ message, keys }): [string, string] => [
    'the log',
    `${message} ${JSON.stringify(keys)}`,
  ]);
  const rows = world.table
    .rows()
    .filter(isOfCase)
    .map((row): [string, string] => [`the row ${row.pk} ${row.sk}`, textOf(row)]);
  return [...queued, ...executions, ...logs, ...rows];
}

/** A review is read only once it is requested. */
const seen = ['requested', 'overdue', 'correction', 'approved', 'refused', 'cancelled'];

export const personal: Invariant = {
  name: 'personal',
  protects:
    'Personal data are read only by who must know, once asked, stand whole nowhere but sealed, and no guess is confirmed.',
  check: (all) => {
    const { world, truth } = all;
    const decrypted = world.vaults.decryptions
      .filter(({ by, route }) => !mayDecrypt[by]?.test(route))
      .map(({ by, route, application }) => `${by} ${route} decrypted ${application}`);
    const accepting = new Set(all.found.cases.map(({ application }) => application.acceptance?.review));
    const early = truth.readings
      .filter(({ body }) => !seen.includes(body.status))
      .filter(({ review, body }) => !(body.status === 'waiting' && accepting.has(review)))
      .map(({ by, review, body }) => `${by} read ${review} while it was ${body.status}`);
    const strangers = truth.readings
      .filter(({ by, body }) => body.department !== by)
      .map(({ by, review }) => `${by} read ${review} of another`);
    const told = traces(all);
    const leaks = [...secretsOf(all)].flatMap(([number, values]) =>
      told
        .filter(([, text]) => values.some((value) => text.includes(value)))
        .map(([where]) => `${where} holds a personal value of ${number}`),
    );
    const guessed = truth.guesses
      .filter(({ status }) => status === 200)
      .map(({ application, field }) => `${application}: a guess at ${field} was told to be right`);
    return [...new Set([...guessed, ...decrypted, ...early, ...strangers, ...leaks])];
  },
};
