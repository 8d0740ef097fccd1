/** Connects the simulated departments, as an operator connects a real one: through the API, with no deployment. */
import type { Role } from '../../functions/platform/user.ts';
import { type Call, caller } from './api.ts';

const atOnce = 4;

async function connect(operator: Call, api: string, code: string): Promise<void> {
  const { secret } = await operator<{ secret: string }>('POST', `/departments/${code}/secrets`);
  await operator('PUT', `/sandbox/departments/${code}`, { behaviour: 'approve', secret });
  const webhookUrl = `${api}/sandbox/departments/${code}/webhook`;
  await operator('PUT', `/departments/${code}`, { webhookUrl, paused: false });
}

/** Connects every department of the catalogue; a few at a time. @returns how many. */
export async function connectSandbox(api: string, tokenOf: (role: Role) => Promise<string>): Promise<number> {
  const operator = caller(api, await tokenOf('operator'));
  const { items } = await operator<{ items: { code: string }[] }>('GET', '/departments');
  const waiting = items.map(({ code }) => code);
  const next = async (): Promise<void> => {
    for (let code = waiting.pop(); code; code = waiting.pop()) await connect(operator, api, code);
  };
  await Promise.all(Array.from({ length: atOnce }, next));
  return items.length;
}
