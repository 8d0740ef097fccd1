/** The outputs on their way: courier orders, tracking events. */
import { Construct } from 'constructs';
import { calls } from '../../functions/fulfilment/calls.ts';
import { consumeQueue, routeEvents } from '../constructs/consumers.ts';
import { ServiceFunction } from '../constructs/function.ts';
import { PatientQueue } from '../constructs/queue.ts';
import {
  type Context,
  clock,
  personalEnvironment,
  type Rights,
  secretGrant,
  tableEnvironment,
  tableGrants,
  unsealGrant,
} from './context.ts';

/** Cases are all that is read and written here. */
const ofCases: Rights = {
  GetItem: ['APPLICATION#*'],
  Query: ['APPLICATION#*'],
  PutItem: ['APPLICATION#*'],
};

export class Fulfilment extends Construct {
  constructor(scope: Construct, id: string, context: Context & { courierUrl: string }) {
    super(scope, id);
    const { settings, data, api, bus, courierUrl } = context;
    const secret = { COURIER_SECRET_ARN: data.courierSecret.secretArn };
    const outputs = new PatientQueue(this, 'Outputs', { retrySeconds: settings.retrySeconds });
    const issue = new ServiceFunction(this, 'IssueOutputs', {
      settings,
      environment: {
        ...tableEnvironment(context),
        ...personalEnvironment(context),
        ...secret,
        ...outputs.environment,
        COURIER_URL: courierUrl,
      },
      grants: [
        ...tableGrants(context, ...clock(context), ofCases),
        unsealGrant(context),
        outputs.grant,
        secretGrant(data.courierSecret.secretArn),
      ],
    });
    consumeQueue(issue, outputs.queue, context.settings.queueConcurrency);
    const toOutputs = { bus, queue: outputs.queue, deadLetters: outputs.deadLetters };
    routeEvents(this, 'GrantedToOutputs', {
      ...toOutputs,
      types: ['application.concluded'],
      statuses: ['approved', 'partly-approved'],
    });
    routeEvents(this, 'LostToOutputs', { ...toOutputs, types: ['parcel.lost'] });
    const courier = new ServiceFunction(this, 'CourierApi', {
      settings,
      environment: { ...tableEnvironment(context), ...secret },
      grants: [
        ...tableGrants(context, ...clock(context), ofCases),
        secretGrant(data.courierSecret.secretArn),
      ],
    });
    api.add(this, courier, calls);
  }
}
