import type { Invariant } from './found.ts';

export const queues: Invariant = {
  name: 'queues',
  protects:
    'All queues and the stream are empty in the end, or an alarm watches the queue in which messages lie.',
  check: ({ world }) => {
    const heeded = new Set(world.wiring.alarms.map(({ of }) => of));
    const left = [...world.queues.values()].filter(
      ({ name, messages }) => messages.size > 0 && !heeded.has(name),
    );
    return [
      ...left.map(
        ({ name, messages }) => `${messages.size} messages lie in ${name}: ${[...messages][0]?.body}`,
      ),
      ...(world.stream.isEmpty ? [] : ['records wait in the stream']),
    ];
  },
};
