import type { FoundCase, Invariant } from './found.ts';

/** What the last state of an execution is called, by how its case ended. */
const ended = ['completed', 'withdrawn', 'refused', 'revoked'];

/** The executions of a case: `<number>` and `<number>.<round>`. */
const isOf = (name: string, { application }: FoundCase): boolean =>
  name === application.number || name.startsWith(`${application.number}.`);

export const executions: Invariant = {
  name: 'executions',
  protects: 'An execution ends with its round: no case that has ended leaves one waiting for months.',
  check: ({ world, found }) =>
    found.cases
      .filter(({ application }) => ended.includes(application.status))
      .flatMap((each) =>
        [...world.workflow.executions.values()]
          .filter(({ name, status }) => isOf(name, each) && status === 'RUNNING')
          .map(
            ({ name, states }) =>
              `${name} still is in ${states.join(', ')}; the case is ${each.application.status}`,
          ),
      ),
};
