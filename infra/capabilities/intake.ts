/** Applications: submitted, read, corrected, withdrawn, collected. Needs the table and two keys, nothing else. */
import { Construct } from 'constructs';
import { calls } from '../../functions/intake/calls.ts';
import { ServiceFunction } from '../constructs/function.ts';
import {
  type Context,
  indexGrant,
  pepperEnvironment,
  personalEnvironment,
  sealGrant,
  secretGrant,
  tableEnvironment,
  tableGrants,
  unsealGrant,
} from './context.ts';

export class Intake extends Construct {
  constructor(scope: Construct, id: string, context: Context) {
    super(scope, id);
    const handler = new ServiceFunction(this, 'IntakeApi', {
      settings: context.settings,
      memoryMb: 1024,
      environment: {
        ...tableEnvironment(context),
        ...personalEnvironment(context),
        ...pepperEnvironment(context),
      },
      grants: [
        ...tableGrants(context, 'GetItem', 'Query', 'BatchGetItem', {
          PutItem: ['APPLICATION#*', 'IDEMPOTENCY#*'],
        }),
        indexGrant(context, 'list'),
        sealGrant(context),
        unsealGrant(context),
        secretGrant(context.data.pepper.secretArn),
      ],
    });
    context.api.add(this, handler, calls);
  }
}
