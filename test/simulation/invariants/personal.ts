import type { Evidence, FoundCase, Invariant } from './found.ts';

/** Which function may decrypt personal data, and on which of its routes. */
const mayDecrypt: Record<string, RegExp> = {
  ReviewsApi: /^GET \/reviews\/\{id\}$/,
  IntakeApi: /^POST \/applications\/\{id\}\/corrections$/,
  IssueOutputs: /^$/,
  SendSms: /^$/,
};

/** Personal values of what was submitted, as they must stand nowhere but sealed. */
function secretsOf({ truth }: FoundCase): string[] {
  const { applicant } = truth.submitted;
  return [applicant.name, applicant.idNumber, applicant.phone].filter((value: string) => value.length > 1);
}

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
    .map((row): [string, string] => [`the row ${row.pk} ${row.sk}`, JSON.stringify(row)]);
  return [...queued, ...executions, ...logs, ...rows];
}

/** A review is read only once it is requested. */
const seen = ['requested', 'overdue', 'correction', 'approved', 'refused', 'cancelled'];

export const personal: Invariant = {
  name: 'personal',
  protects:
    'Personal data are read only by who must know, once asked, stand whole nowhere but sealed, and no guess is confirmed.',
  check: (all) => {
    const { world, truth, found } = all;
    const decrypted = world.vaults.decryptions
      .filter(({ by, route }) => !mayDecrypt[by]?.test(route))
      .map(({ by, route, application }) => `${by} ${route} decrypted ${application}`);
    const early = truth.readings
      .filter(({ body }) => !seen.includes(body.status))
      .map(({ by, review, body }) => `${by} read ${review} while it was ${body.status}`);
    const strangers = truth.readings
      .filter(({ by, body }) => body.department !== by)
      .map(({ by, review }) => `${by} read ${review} of another`);
    const told = traces(all);
    const leaks = found.cases.flatMap((each) =>
      secretsOf(each).flatMap((value) =>
        told
          .filter(([, text]) => text.includes(value))
          .map(([where]) => `${where} holds a personal value of ${each.truth.number}`),
      ),
    );
    const guessed = truth.guesses
      .filter(({ status }) => status === 200)
      .map(({ application, field }) => `${application}: a guess at ${field} was told to be right`);
    return [...new Set([...guessed, ...decrypted, ...early, ...strangers, ...leaks])];
  },
};
