/** What operators ask and do about cases: it reads them sealed, touches rows, and takes up or stops an execution. */
import { Construct } from 'constructs';
import { calls } from '../../functions/operations/calls.ts';
import { ServiceFunction } from '../constructs/function.ts';
import type { Approvals } from './approvals.ts';
import { type Context, clock, indexGrant, tableEnvironment, tableGrants } from './context.ts';

export class Operations extends Construct {
  constructor(scope: Construct, id: string, context: Context & { approvals: Approvals }) {
    super(scope, id);
    const { settings, api, approvals } = context;
    const handler = new ServiceFunction(this, 'OperationsApi', {
      settings,
      // The journal of many cases, or the whole inbox of a department.
      timeoutSeconds: 29,
      environment: {
        ...tableEnvironment(context),
        STATE_MACHINE_ARN: approvals.stateMachine.stateMachineArn,
      },
      grants: [
        ...tableGrants(context, 'GetItem', 'Query', 'BatchGetItem', ...clock(context), {
          PutItem: ['APPLICATION#*', 'IDEMPOTENCY#*', 'OPERATIONS#*'],
          UpdateItem: ['APPLICATION#*'],
        }),
        indexGrant(context, 'due'),
        indexGrant(context, 'inbox'),
        indexGrant(context, 'list'),
        {
          actions: ['states:DescribeExecution', 'states:RedriveExecution', 'states:StopExecution'],
          resources: [approvals.executions],
        },
      ],
    });
    api.add(this, handler, calls);
  }
}
