/** Applications: submitted, read, corrected, withdrawn, collected. Needs the table and two keys, nothing else. */
import { Construct } from 'constructs';
import { calls } from '../../functions/intake/calls.ts';
import { ServiceFunction } from '../constructs/function.ts';
import {
  type Context,
  indexGrant,
  limitsEnvironment,
  materialsEnvironment,
  materialsGrants,
  pepperEnvironment,
  personalEnvironment,
  pickupEnvironment,
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
        ...pickupEnvironment(context),
        ...materialsEnvironment(context),
        ...limitsEnvironment(context),
        API_URL: context.api.url,
      },
      grants: [
        ...tableGrants(context, 'GetItem', 'Query', 'BatchGetItem', {
          PutItem: ['APPLICATION#*', 'IDEMPOTENCY#*'],
          UpdateItem: ['LIMIT#*'],
        }),
        indexGrant(context, 'list'),
        // What operators look for.
        indexGrant(context, 'due'),
        indexGrant(context, 'inbox'),
        sealGrant(context),
        unsealGrant(context),
        secretGrant(context.data.pepper.secretArn, context.data.pickupCodes.secretArn),
        // Looks at what was uploaded, which needs the right to read it, but not the key to do so.
        ...materialsGrants(context, ['s3:GetObject', 's3:PutObjectTagging', 's3:PutObjectVersionTagging']),
        // Without it, what is not there is answered as forbidden.
        { actions: ['s3:ListBucket'], resources: [context.data.materials.bucketArn] },
      ],
    });
    context.api.add(this, handler, calls);
  }
}
