/** Materials: an address to upload to; the file itself never passes a function. */
import { Construct } from 'constructs';
import { calls } from '../../functions/materials/calls.ts';
import { ServiceFunction } from '../constructs/function.ts';
import { type Context, pepperEnvironment, secretGrant } from './context.ts';

export class Materials extends Construct {
  constructor(scope: Construct, id: string, context: Context) {
    super(scope, id);
    const { settings, data, api } = context;
    const handler = new ServiceFunction(this, 'MaterialsApi', {
      settings,
      environment: { MATERIALS_BUCKET: data.materials.bucketName, ...pepperEnvironment(context) },
      grants: [
        secretGrant(data.pepper.secretArn),
        // The rights of an upload address are those of whoever signed it.
        { actions: ['s3:PutObject'], resources: [data.materials.arnForObjects('*')] },
        {
          actions: ['kms:GenerateDataKey'],
          resources: [data.materials.encryptionKey?.keyArn ?? ''],
          conditions: { StringEquals: { 'kms:ViaService': `s3.${data.region}.${data.urlSuffix}` } },
        },
      ],
    });
    api.add(this, handler, calls);
  }
}
