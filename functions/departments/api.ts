/** HTTP: departments and their inboxes. An operator connects one with no deployment. */
import type { Actor } from '../cases/events.ts';
import { requirePermission } from '../cases/permissions.ts';
import type { Department } from '../catalogue/schemas.ts';
import { type Answer, apiHandler, parse, parseQuery, type Request } from '../platform/http.ts';
import { digest, givenKey, replayed } from '../platform/idempotency.ts';
import { Problem } from '../platform/problems.ts';
import { operatorOrSystem } from './callers.ts';
import type { calls } from './calls.ts';
import { checkAddress } from './destination.ts';
import { documentRoutes } from './event-document.ts';
import { inboxPage } from './inbox.ts';
import { connectedDepartment, knownDepartment, knownDepartments } from './known.ts';
import { countAsked } from './limits.ts';
import { receiverRoutes } from './receiver-api.ts';
import {
  departmentSettings,
  inboxQuery,
  type SettingsChange,
  secretRenewal,
  settingsChange,
} from './schemas.ts';
import { endSecret, listSecrets, newSecret } from './secrets.ts';
import {
  type Connection,
  ConnectionChanged,
  isTakenBefore,
  readConnection,
  readConnections,
  type SignedSetting,
  writeConnection,
} from './store.ts';

const departmentOf = ({ params }: Request): Promise<Department> => knownDepartment(params.code);

const viewOf = ({ code, name, contact }: Department, connection: Connection | undefined) => ({
  code,
  name,
  ...(contact ? { contact } : {}),
  webhookUrl: connection?.webhookUrl ?? null,
  paused: connection?.paused ?? false,
  gone: connection?.gone ?? false,
});

async function list(request: Request): Promise<Answer> {
  requirePermission(request.user, 'department:list');
  const connections = await readConnections();
  const departments = (await knownDepartments(connections)).filter(({ hidden }) => !hidden);
  const items = departments.map((each) => viewOf(each, connections.get(each.code)));
  return { status: 200, body: { items } };
}

async function read(request: Request): Promise<Answer> {
  requirePermission(request.user, 'department:read');
  const department = await departmentOf(request);
  return { status: 200, body: viewOf(department, await readConnection(department.code)) };
}

async function configure(request: Request): Promise<Answer> {
  const { subject } = requirePermission(request.user, 'department:configure');
  const department = await departmentOf(request);
  return set(department, parse(departmentSettings, request.body), { capacity: 'operator', subject });
}

/** The system itself may do this, too: before its own maintenance, or when it moves. */
async function change(request: Request): Promise<Answer> {
  const department = await connectedDepartment(request.params.code);
  const wanted = { purpose: 'settings' } as const;
  const by = await operatorOrSystem(request, department.code, 'department:configure', wanted);
  const settings = parse(settingsChange, request.body);
  if (by.capacity === 'operator') return set(department, settings, by);
  const signed = { id: request.headers['webhook-id'] ?? '', hash: digest(request.rawBody) };
  if (await isTakenBefore(department.code, signed)) {
    return replayed({ status: 200, body: viewOf(department, await readConnection(department.code)) });
  }
  await countAsked(by, 'receiverSettings');
  return set(department, settings, by, signed);
}

async function set(
  department: Department,
  wanted: SettingsChange,
  by: Actor,
  signed?: SignedSetting,
): Promise<Answer> {
  if (wanted.webhookUrl) await refuseBadAddress(wanted.webhookUrl);
  const before = await readConnection(department.code);
  const webhookUrl = wanted.webhookUrl === undefined ? before.webhookUrl : wanted.webhookUrl;
  const next = { ...(webhookUrl ? { webhookUrl } : {}), paused: wanted.paused ?? before.paused };
  try {
    await writeConnection(department.code, before, next, by, signed);
  } catch (error) {
    if (!(error instanceof ConnectionChanged)) throw error;
    throw new Problem(
      'version-conflict',
      'Somebody else set this department at the same time. Please repeat.',
    );
  }
  return { status: 200, body: viewOf(department, { ...next, version: 0 }) };
}

async function refuseBadAddress(webhookUrl: string): Promise<void> {
  const reason = await checkAddress(webhookUrl);
  if (!reason) return;
  throw new Problem('invalid-input', 'Webhooks cannot be sent there.', [
    { pointer: '/webhookUrl', detail: reason },
  ]);
}

async function renewSecret(request: Request): Promise<Answer> {
  const { subject } = requirePermission(request.user, 'department:configure');
  const { code } = await departmentOf(request);
  const { endOlder } = parse(secretRenewal, request.body === undefined ? {} : request.body);
  const key = givenKey(request);
  // A key belongs to who sends it: nobody is shown another operator's secret.
  const renewal = { endOlder, key: key && digest(`${subject}\n${key}`) };
  const { secret, isRepeated } = await newSecret(code, renewal, { capacity: 'operator', subject });
  const answer = { status: 201, body: { secret } };
  return isRepeated ? replayed(answer) : answer;
}

async function secrets(request: Request): Promise<Answer> {
  requirePermission(request.user, 'department:configure');
  return { status: 200, body: { items: await listSecrets((await departmentOf(request)).code) } };
}

async function end(request: Request): Promise<Answer> {
  const { subject } = requirePermission(request.user, 'department:configure');
  const { code } = await departmentOf(request);
  await endSecret(code, request.params.id ?? '', { capacity: 'operator', subject });
  return { status: 200, body: { items: await listSecrets(code) } };
}

async function inbox(request: Request): Promise<Answer> {
  const { code } = await departmentOf(request);
  const { subject } = requirePermission(request.user, 'review:list', { department: code });
  const page = await inboxPage(code, parseQuery(inboxQuery, request.query));
  return {
    status: 200,
    body: {
      ...page,
      items: page.items.map(
        ({
          id,
          item,
          department,
          status,
          assignee,
          dueAt,
          remindedFor,
          requestedAt,
          decidedAt,
          escalatedAt,
        }) => ({
          id,
          item,
          department,
          status,
          ...(assignee ? { handedTo: { ...assignee, me: assignee.officer === subject } } : {}),
          dueAt: dueAt ?? null,
          ...(status === 'requested' && remindedFor === dueAt && dueAt ? { dueSoon: true } : {}),
          requestedAt,
          ...(decidedAt ? { decidedAt } : {}),
          ...(escalatedAt ? { escalatedAt } : {}),
        }),
      ),
    },
  };
}

export const handler = apiHandler<typeof calls>({
  ...documentRoutes,
  'GET /departments': list,
  'GET /departments/{code}': read,
  'PUT /departments/{code}': configure,
  'PATCH /departments/{code}': change,
  ...receiverRoutes,
  'GET /departments/{code}/secrets': secrets,
  'POST /departments/{code}/secrets': renewSecret,
  'DELETE /departments/{code}/secrets/{id}': end,
  'GET /departments/{code}/reviews': inbox,
});
