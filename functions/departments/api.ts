/** HTTP: departments and their inboxes. An operator connects one with no deployment. */
import { requirePermission } from '../cases/permissions.ts';
import { currentDepartments } from '../catalogue/published.ts';
import type { Department } from '../catalogue/schemas.ts';
import { type Answer, apiHandler, parse, parseQuery, type Request } from '../platform/http.ts';
import { digest, givenKey } from '../platform/idempotency.ts';
import { notFound, Problem } from '../platform/problems.ts';
import type { calls } from './calls.ts';
import { checkAddress } from './destination.ts';
import { inboxPage } from './inbox.ts';
import { departmentSettings, inboxQuery, secretRenewal } from './schemas.ts';
import { newSecret } from './secrets.ts';
import {
  type Connection,
  ConnectionChanged,
  readConnection,
  readConnections,
  writeConnection,
} from './store.ts';

async function departmentOf({ params }: Request): Promise<Department> {
  const department = (await currentDepartments()).find(({ code }) => code === params.code);
  if (!department) throw notFound('department');
  return department;
}

const viewOf = ({ code, name }: Department, connection: Connection | undefined) => ({
  code,
  name,
  webhookUrl: connection?.webhookUrl ?? null,
  paused: connection?.paused ?? false,
  gone: connection?.gone ?? false,
});

async function list(request: Request): Promise<Answer> {
  requirePermission(request.user, 'department:list');
  const connections = await readConnections();
  const items = (await currentDepartments()).map((each) => viewOf(each, connections.get(each.code)));
  return { status: 200, body: { items } };
}

async function read(request: Request): Promise<Answer> {
  requirePermission(request.user, 'department:read');
  const department = await departmentOf(request);
  return { status: 200, body: viewOf(department, await readConnection(department.code)) };
}

async function configure(request: Request): Promise<Answer> {
  const user = requirePermission(request.user, 'department:configure');
  const department = await departmentOf(request);
  const wanted = parse(departmentSettings, request.body);
  if (wanted.webhookUrl) await refuseBadAddress(wanted.webhookUrl);
  const before = await readConnection(department.code);
  const webhookUrl = wanted.webhookUrl === undefined ? before.webhookUrl : wanted.webhookUrl;
  const next = { ...(webhookUrl ? { webhookUrl } : {}), paused: wanted.paused };
  try {
    await writeConnection(department.code, before, next, { capacity: 'operator', subject: user.subject });
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
  const secret = await newSecret(code, renewal, { capacity: 'operator', subject });
  return { status: 201, body: { secret } };
}

async function inbox(request: Request): Promise<Answer> {
  const { code } = await departmentOf(request);
  requirePermission(request.user, 'review:list', { department: code });
  const page = await inboxPage(code, parseQuery(inboxQuery, request.query));
  return {
    status: 200,
    body: {
      ...page,
      items: page.items.map(
        ({ id, item, department, status, dueAt, requestedAt, decidedAt, escalatedAt }) => ({
          id,
          item,
          department,
          status,
          dueAt: dueAt ?? null,
          requestedAt,
          ...(decidedAt ? { decidedAt } : {}),
          ...(escalatedAt ? { escalatedAt } : {}),
        }),
      ),
    },
  };
}

export const handler = apiHandler<typeof calls>({
  'GET /departments': list,
  'GET /departments/{code}': read,
  'PUT /departments/{code}': configure,
  'POST /departments/{code}/secrets': renewSecret,
  'GET /departments/{code}/reviews': inbox,
});
