/**
 * The diagrams of the documentation, drawn from the tables that the code runs on: `node test/support/diagrams.ts`
 * writes them, tests compare them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import {
  applicationGraph,
  conditionGraph,
  consignmentGraph,
  finalReviewStatuses,
  objectionGraph,
  reviewGraph,
} from '../../functions/cases/status.ts';

/** Every page with a drawn diagram. */
export const pages = ['docs/lifecycle.md', 'statemachines/README.md', 'docs/console.md'];

type Graph = Record<string, readonly string[]>;

/** Mermaid takes no hyphen in the name of a state. */
const nameOf = (status: string): string => status.replaceAll('-', '_');

/**
 * A status graph as a Mermaid state diagram: begins where the table begins, ends where nothing follows.
 * @param ends statuses that are an end although something may follow
 */
export function stateDiagram(graph: Graph, ends: readonly string[] = []): string {
  const statuses = Object.keys(graph);
  return [
    'stateDiagram-v2',
    ...statuses.filter((each) => each.includes('-')).map((each) => `  state "${each}" as ${nameOf(each)}`),
    `  [*] --> ${nameOf(statuses[0] ?? '')}`,
    ...Object.entries(graph).flatMap(([from, next]) => [
      ...next.map((to) => `  ${nameOf(from)} --> ${nameOf(to)}`),
      ...(next.length === 0 || ends.includes(from) ? [`  ${nameOf(from)} --> [*]`] : []),
    ]),
  ].join('\n');
}

type Choice = {
  Variable: string;
  Next: string;
  StringEquals?: string;
  BooleanEquals?: boolean;
  IsPresent?: boolean;
};
type State = {
  Type: string;
  Next?: string;
  Default?: string;
  Choices?: Choice[];
  Catch?: { ErrorEquals: string[]; Next: string }[];
  ItemProcessor?: Machine;
};
type Machine = { StartAt: string; States: Record<string, State> };

/** The machine with its substitutions filled in by a number, which is all that a drawing needs. */
const readMachine = (path: string): Machine =>
  JSON.parse(readFileSync(path, 'utf8').replaceAll(/\$\{\w+\}/g, '1')) as Machine;

/** What a choice asks for: a word alone, or the last name in its path and what of it. */
function labelOf({ Variable, StringEquals, BooleanEquals, IsPresent }: Choice): string {
  if (StringEquals !== undefined) return StringEquals;
  // A value of a row has its type behind its name.
  const name = Variable.replace(/\.(S|N|BOOL)$/, '')
    .split('.')
    .at(-1);
  const holds = IsPresent ?? BooleanEquals;
  if (holds === undefined) throw new Error(`A choice by ${Variable} is not drawn here.`);
  return holds ? `${name}` : `no ${name}`;
}

const outcome = (error: string): string => (error === 'States.ALL' ? 'a fault that lasts' : error);

/** How the console paints a state: blue while it runs, green when it is done, red when it failed. */
type Paint = 'running' | 'done' | 'failed';
const colours: Record<Paint, string> = {
  running: 'fill:#cfe3ff,stroke:#0b5cd6,stroke-width:3px',
  done: 'fill:#d5f0d8,stroke:#1c7c2b',
  failed: 'fill:#ffd6d6,stroke:#c01818,stroke-width:3px',
};

/**
 * A state machine as a Mermaid flowchart; a Map is a frame around the states of one item.
 * @param painted states that an execution is in or has gone through
 */
export function flowchart(machine: Machine, painted: Partial<Record<string, Paint>> = {}): string {
  const ids = new Map<string, string>();
  const idOf = (name: string): string => {
    const id = ids.get(name) ?? `s${ids.size + 1}`;
    ids.set(name, id);
    return id;
  };
  const inside: string[] = [];
  const edges: string[] = [];
  const node = (name: string, { Type }: State): string => {
    if (Type === 'Choice') return `${idOf(name)}{"${name}"}`;
    return Type === 'Succeed' || Type === 'Fail' ? `${idOf(name)}(["${name}"])` : `${idOf(name)}["${name}"]`;
  };
  const draw = ({ States }: Machine, indent: string): void => {
    for (const [name, state] of Object.entries(States)) {
      if (state.ItemProcessor) {
        inside.push(`${indent}subgraph ${idOf(name)}["${name}"]`);
        draw(state.ItemProcessor, `${indent}  `);
        inside.push(`${indent}end`);
      } else inside.push(`${indent}${node(name, state)}`);
      if (state.Next) edges.push(`  ${idOf(name)} --> ${idOf(state.Next)}`);
      for (const choice of state.Choices ?? [])
        edges.push(`  ${idOf(name)} -->|"${labelOf(choice)}"| ${idOf(choice.Next)}`);
      if (state.Default) edges.push(`  ${idOf(name)} -->|"otherwise"| ${idOf(state.Default)}`);
      for (const { ErrorEquals, Next } of state.Catch ?? [])
        edges.push(`  ${idOf(name)} -.->|"${ErrorEquals.map(outcome).join(', ')}"| ${idOf(Next)}`);
    }
  };
  draw(machine, '  ');
  const paints = Object.entries(painted).map(([name, paint]) => {
    const id = ids.get(name);
    if (!id || !paint) throw new Error(`The machine has no state ${name}.`);
    return `  style ${id} ${colours[paint]}`;
  });
  return ['flowchart TD', ...inside, ...edges, ...paints].join('\n');
}

/** Every diagram, by the name in the comment above its block. */
export const diagrams: Record<string, () => string> = {
  application: () => stateDiagram(applicationGraph, ['refused', 'completed']),
  review: () => stateDiagram(reviewGraph, finalReviewStatuses),
  condition: () => stateDiagram(conditionGraph),
  consignment: () => stateDiagram(consignmentGraph),
  objection: () => stateDiagram(objectionGraph),
  'joint-approval': () => flowchart(readMachine('statemachines/joint-approval.asl.json')),
};

const map = 'Review by every department';
const decide = 'Await department decision';
const ended = (last: string, paint: Paint = 'done'): Record<string, Paint> => ({
  [map]: 'done',
  [decide]: 'done',
  'Read the conclusion': 'done',
  'How did it end?': 'done',
  [last]: paint,
});

/** What an operator sees of one review (or of the end), by what has happened to it. */
const seen: Record<string, Record<string, Paint>> = {
  awaited: { [map]: 'running', [decide]: 'running' },
  correction: { [map]: 'running', [decide]: 'done', 'Await correction': 'running' },
  procedure: { [map]: 'running', [decide]: 'done', 'Await end of special procedure': 'running' },
  escalated: { [map]: 'running', [decide]: 'done', 'Await escalated decision': 'running' },
  cancelled: { [map]: 'running', [decide]: 'done', 'Review cancelled': 'done' },
  lost: { [map]: 'running', [decide]: 'done', 'Wait lost': 'done' },
  approved: ended('Approved'),
  'partly-approved': ended('Partly approved'),
  refused: ended('Refused'),
  withdrawn: { ...ended('Withdrawn'), 'Review cancelled': 'done' },
  'goes-on': ended('The case goes on'),
  fault: { ...ended('Ended in an unknown way', 'failed'), 'Wait lost': 'done' },
};

/** Pictures of the machine as the console shows it, by the name in the comment above its block. */
export const pictures: Record<string, () => string> = Object.fromEntries(
  Object.entries(seen).map(([name, painted]) => [
    `console-${name}`,
    () => flowchart(readMachine('statemachines/joint-approval.asl.json'), painted),
  ]),
);

/** The page with every diagram drawn anew. */
export function redrawn(page: string): string {
  return page.replaceAll(
    /(<!-- drawn: ([\w-]+) -->\n```mermaid\n)(?:[\s\S]*?\n)??```$/gm,
    (whole: string, head: string, name: string) => {
      const draw = diagrams[name] ?? pictures[name];
      return draw ? `${head}${draw()}\n\`\`\`` : whole;
    },
  );
}

if (import.meta.main) {
  for (const page of pages) writeFileSync(page, redrawn(readFileSync(page, 'utf8')));
}
