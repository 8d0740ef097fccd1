/**
 * Faults that a drill brings about, each written down before it is there, with what undoes it: a drill that fails
 * undoes its own, and the next one undoes those of a drill that was killed.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { isAlive } from '../local/setup/lock.mjs';
import { setVariable, switchMapping } from './behind.ts';
import type { Stand } from './stand.ts';

/** What undoes a fault. Each may be done again. */
export type Undo =
  | { kind: 'behaviour'; department: string }
  | { kind: 'address'; department: string; webhookUrl: string }
  | { kind: 'carrier' }
  | { kind: 'variable'; function: string; name: string; value: string }
  | { kind: 'mapping'; uuid: string }
  | { kind: 'rule'; name: string }
  | { kind: 'visibility'; queueUrl: string; seconds: string };

type Written = { process: number; cloud: string; undo: Undo[] };

type Way<Kind extends Undo['kind']> = (stand: Stand, undo: Extract<Undo, { kind: Kind }>) => Promise<unknown>;

const ways: { [Kind in Undo['kind']]: Way<Kind> } = {
  behaviour: (stand, { department }) => stand.behave(department, 'approve'),
  address: async (stand, { department, webhookUrl }) =>
    (await stand.as('operator'))('PUT', `/departments/${department}`, { webhookUrl, paused: false }),
  carrier: (stand) => stand.control('/carrier', { behaviour: 'deliver' }),
  variable: (stand, { function: id, name, value }) => setVariable(stand, id, name, value),
  mapping: (stand, { uuid }) => switchMapping(stand, uuid, true),
  rule: (stand, { name }) => new EventBridgeClient(stand.client).send(new EnableRuleCommand({ Name: name })),
  visibility: (stand, { queueUrl, seconds }) =>
    new SQSClient(stand.client).send(
      new SetQueueAttributesCommand({
        QueueUrl: queueUrl,
        Attributes: { VisibilityTimeout: seconds },
      }),
    ),
};

const carryOut = (stand: Stand, undo: Undo): Promise<unknown> =>
  (ways[undo.kind] as Way<Undo['kind']>)(stand, undo as never);

/** What the faults of a drill leave to be undone. */
export class Faults {
  readonly #stand: Stand;
  readonly #file: string;
  #undo: Undo[] = [];

  constructor(stand: Stand, folder: string, drill: string) {
    this.#stand = stand;
    mkdirSync(folder, { recursive: true });
    this.#file = join(folder, `${drill}-${process.pid}.json`);
  }

  #write(): void {
    const { cloud } = this.#stand;
    const written: Written = { process: process.pid, cloud, undo: this.#undo };
    if (this.#undo.length > 0) writeFileSync(this.#file, JSON.stringify(written));
    else rmSync(this.#file, { force: true });
  }

  /** Brings a fault about, once it is written down what undoes it. */
  async bring<T>(undo: Undo, about: () => Promise<T>): Promise<T> {
    this.#undo.push(undo);
    this.#write();
    return about();
  }

  /** Undoes one fault: what the runbook says, or a partner that is back. */
  async mend(undo: Undo): Promise<void> {
    await carryOut(this.#stand, undo);
    this.#undo = this.#undo.filter((each) => each !== undo);
    this.#write();
  }

  /** Undoes all that are left, the last one first. */
  async mendAll(): Promise<void> {
    for (const undo of this.#undo.toReversed()) await this.mend(undo);
  }
}

/** What a drill has written down; nothing when another drill was faster to undo it. */
function readWritten(file: string): Written | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Written;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Undoes what drills have left that are no longer there. */
export async function mendLeftovers(stand: Stand, folder: string): Promise<void> {
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const file = join(folder, name);
    const written = readWritten(file);
    if (!written || isAlive(written.process)) continue;
    // A cloud that was started since began empty, and whole.
    const undo = written.cloud === stand.cloud ? written.undo.toReversed() : [];
    for (const each of undo) await carryOut(stand, each);
    rmSync(file, { force: true });
  }
}
