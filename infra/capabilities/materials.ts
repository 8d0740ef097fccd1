/** Materials: an address to upload to; the file itself never passes a function. */
import { Construct } from 'constructs';
import { calls } from '../../functions/materials/calls.ts';
import { states, tagKey } from '../../functions/materials/schemas.ts';
import { ServiceFunction } from '../constructs/function.ts';
import {
  type Context,
  limitsEnvironment,
  materialsEnvironment,
  materialsGrants,
  pepperEnvironment,
  secretGrant,
  tableEnvironment,
  tableGrants,
} from './context.ts';

export class Materials extends Construct {
  constructor(scope: Construct, id: string, context: Context) {
    super(scope, id);
    const { settings, data, api } = context;
    const handler = new ServiceFunction(this, 'MaterialsApi', {
      settings,
      environment: {
        ...tableEnvironment(context),
        ...materialsEnvironment(context),
        ...pepperEnvironment(context),
        ...limitsEnvironment(context),
      },
      grants: [
        ...tableGrants(context, {
          GetItem: ['IDEMPOTENCY#*'],
          PutItem: ['IDEMPOTENCY#*'],
          UpdateItem: ['LIMIT#*'],
        }),
        secretGrant(data.pepper.secretArn),
        // The rights of an upload address are those of whoever signed it.
        ...materialsGrants(context, [], 'kms:GenerateDataKey'),
        {
          actions: ['s3:PutObjectTagging'],
          resources: [data.materials.arnForObjects('*')],
          // What a case has taken is never marked as unused again, which would let it expire.
          conditions: { StringNotEquals: { [`s3:ExistingObjectTag/${tagKey}`]: states.taken } },
        },
        {
          actions: ['s3:PutObject'],
          resources: [data.materials.arnForObjects('*')],
          // Nothing that lies there is ever written over, whatever is signed.
          conditions: { Null: { 's3:if-none-match': 'false' } },
        },
      ],
    });
    api.add(this, handler, calls);
  }
}
