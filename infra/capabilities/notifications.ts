/** SMS to applicants, and the carrier's receipts. */
import { Construct } from 'constructs';
import { calls } from '../../functions/notifications/calls.ts';
import { smsEventTypes } from '../../functions/notifications/templates.ts';
import { consumeQueue, routeEvents } from '../constructs/consumers.ts';
import { type Grant, ServiceFunction } from '../constructs/function.ts';
import { PatientQueue } from '../constructs/queue.ts';
import type { StageSettings } from '../settings.ts';
import {
  type Context,
  personalEnvironment,
  pickupEnvironment,
  secretGrant,
  tableEnvironment,
  tableGrants,
  unsealGrant,
} from './context.ts';

export class Notifications extends Construct {
  constructor(scope: Construct, id: string, context: Context & { smsUrl: string | undefined }) {
    super(scope, id);
    const { settings, data, api, bus, smsUrl } = context;
    const secret = { SMS_SECRET_ARN: data.smsSecret.secretArn };
    const messages = new PatientQueue(this, 'Messages', { retrySeconds: settings.retrySeconds });
    const send = new ServiceFunction(this, 'SendSms', {
      settings,
      environment: {
        ...tableEnvironment(context),
        ...personalEnvironment(context),
        ...pickupEnvironment(context),
        ...secret,
        ...messages.environment,
        ...(smsUrl ? { SMS_URL: smsUrl } : {}),
        ...(settings.smsOriginationIdentity
          ? { SMS_ORIGINATION_IDENTITY: settings.smsOriginationIdentity }
          : {}),
      },
      grants: [
        ...tableGrants(context, 'GetItem', 'Query', {
          PutItem: ['APPLICATION#*'],
          UpdateItem: ['APPLICATION#*'],
        }),
        unsealGrant(context),
        messages.grant,
        secretGrant(data.pickupCodes.secretArn, data.smsSecret.secretArn),
        ...(smsUrl ? [] : [this.carrierGrant(settings)]),
      ],
    });
    consumeQueue(send, messages.queue, context.settings.queueConcurrency);
    const toMessages = { bus, queue: messages.queue, deadLetters: messages.deadLetters };
    routeEvents(this, 'ToMessages', { ...toMessages, types: smsEventTypes });
    // What is granted is told when it is on its way.
    routeEvents(this, 'RefusedToMessages', {
      ...toMessages,
      types: ['application.concluded'],
      statuses: ['refused'],
    });
    const receipts = new ServiceFunction(this, 'ReceiptsApi', {
      settings,
      environment: { ...tableEnvironment(context), ...secret },
      grants: [
        ...tableGrants(context, { UpdateItem: ['APPLICATION#*'] }),
        secretGrant(data.smsSecret.secretArn),
      ],
    });
    api.add(this, receipts, calls);
  }

  /** @throws Error when the rules of infra/settings.ts let a stage pass without a way to send */
  private carrierGrant({ stage, smsOriginationIdentity }: StageSettings): Grant {
    if (!smsOriginationIdentity) throw new Error(`The stage ${stage} has no way to send an SMS.`);
    return { actions: ['sms-voice:SendTextMessage'], resources: [smsOriginationIdentity] };
  }
}
