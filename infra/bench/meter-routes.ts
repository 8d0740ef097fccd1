/**
 * Which functions an event wakes, read from the template that is deployed: rule to queue to consumer. So the meter
 * follows the infrastructure and not somebody's memory of it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CloudEvent } from '../../functions/relay/cloud-events.ts';
import type { FunctionId } from '../bundle.ts';
import type { Settings } from '../local/settings.ts';
import { assemblyOf } from '../local/synth.ts';

type Ref = { Ref?: string; 'Fn::GetAtt'?: [string, string] };
type Pattern = { [field: string]: unknown[] | Pattern };
type Resource = {
  Type: string;
  Properties: {
    EventPattern?: Pattern;
    Targets?: { Arn: Ref }[];
    EventSourceArn?: Ref;
    FunctionName?: Ref | string;
    MemorySize?: number;
  };
};

export type Deployed = {
  /** The functions that take this event out of a queue of theirs. */
  consumersOf: (event: CloudEvent) => FunctionId[];
  /** Memory of each function, MB. */
  memory: Partial<Record<FunctionId, number>>;
};

/** Whether an event as the bus sees it fits a rule's pattern of exact values. */
export function fits(pattern: Pattern, event: Record<string, unknown>): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    const value = event[field];
    if (!Array.isArray(wanted)) return fits(wanted, (value ?? {}) as Record<string, unknown>);
    if (wanted.some((each) => typeof each === 'object'))
      throw new Error(`The pattern of ${field} is not read here.`);
    return wanted.includes(value);
  });
}

const nameOf = (ref: Ref | string | undefined): string =>
  typeof ref === 'string' ? ref : (ref?.Ref ?? ref?.['Fn::GetAtt']?.[0] ?? '');

/** What the synthesized template of the local stage says. */
export function readDeployed(settings: Settings): Deployed {
  const file = join(assemblyOf(settings), 'OneWindow-local-App.template.json');
  const { Resources } = JSON.parse(readFileSync(file, 'utf8')) as { Resources: Record<string, Resource> };
  const all = Object.entries(Resources);
  const ofType = (type: string) => all.filter(([, { Type }]) => Type === type);
  const idOf = (resource: string): FunctionId =>
    nameOf(Resources[resource]?.Properties.FunctionName).split('-').at(-1) as FunctionId;
  const consumerOf = new Map(
    ofType('AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => [
      nameOf(Properties.EventSourceArn),
      idOf(nameOf(Properties.FunctionName)),
    ]),
  );
  const rules = ofType('AWS::Events::Rule').flatMap(([, { Properties }]) => {
    const { EventPattern, Targets = [] } = Properties;
    const consumers = Targets.flatMap(({ Arn }) => consumerOf.get(nameOf(Arn)) ?? []);
    return EventPattern && consumers.length > 0 ? [{ EventPattern, consumers }] : [];
  });
  return {
    consumersOf: (event) => {
      const seen = { source: event.source, 'detail-type': event.type, detail: event };
      return rules.flatMap(({ EventPattern, consumers }) => (fits(EventPattern, seen) ? consumers : []));
    },
    memory: Object.fromEntries(
      ofType('AWS::Lambda::Function').map(([name, { Properties }]) => [idOf(name), Properties.MemorySize]),
    ),
  };
}
