/** A review handed over to another officer: by operators, rarely, and so in a function of its own with rights of its own. */
import { Construct } from 'constructs';
import { calls } from '../../functions/handover/calls.ts';
import { ServiceFunction } from '../constructs/function.ts';
import { type Context, clock, tableEnvironment, tableGrants } from './context.ts';

export class Handover extends Construct {
  constructor(scope: Construct, id: string, context: Context) {
    super(scope, id);
    const { settings, api, data } = context;
    const { users } = data;
    const handler = new ServiceFunction(this, 'HandoverApi', {
      settings,
      environment: { ...tableEnvironment(context), ...(users ? { USER_POOL_ID: users.userPoolId } : {}) },
      grants: [
        ...tableGrants(context, 'GetItem', 'Query', ...clock(context), { PutItem: ['APPLICATION#*'] }),
        // Whether somebody is an officer of the department; nothing can be changed in the pool.
        ...(users
          ? [
              {
                actions: ['cognito-idp:AdminGetUser', 'cognito-idp:AdminListGroupsForUser'],
                resources: [users.userPoolArn],
              },
            ]
          : []),
      ],
    });
    api.add(this, handler, calls);
  }
}
