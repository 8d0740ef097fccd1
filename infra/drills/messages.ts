/** Drills of what applicants are told by SMS. */
import { SendMessageCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { messagesIn, queueUrl, setVariable, variable } from './behind.ts';
import { type Drill, mustName } from './drill.ts';
import { until } from './stand.ts';

/** The alarm rings above ten in five minutes, and each case tells its applicant twice at least. */
const casesToRing = 6;

export const messageDrills: Record<string, Drill> = {
  'sms-refusing': {
    what: 'The carrier refuses numbers by the dozen',
    alarm: 'MessagesRefused',
    run: async ({ stand, faults, rang }) => {
      const undo = { kind: 'carrier' } as const;
      await faults.bring(undo, () => stand.control('/carrier', { behaviour: 'refuse' }));
      const submitted = await Promise.all(Array.from({ length: casesToRing }, () => stand.submit()));
      const [number = ''] = submitted.map((each) => each.number);
      await stand.untilCounted('MessagesRefused', 11);
      rang();
      await faults.mend(undo);
      mustName(await stand.ops('case', number), /application\.accepted +failed/);
      return number;
    },
  },
  'sms-unsure': {
    what: 'The carrier takes an SMS and does not answer in time: it is asked again with the same reference',
    run: async ({ stand, faults }) => {
      const undo = { kind: 'carrier' } as const;
      await faults.bring(undo, () => stand.control('/carrier', { behaviour: 'timeout-once' }));
      const { number, phone } = await stand.submit();
      await stand.untilCounted('MessagesFailing');
      await faults.mend(undo);
      await stand.untilStatus(number, 'completed');
      const operator = await stand.as('operator');
      const { items } = await operator<{ items: { text: string }[] }>('GET', `/sandbox/sms?phone=${phone}`);
      if (items.length === 0) throw new Error('No SMS came.');
      if (new Set(items.map(({ text }) => text)).size !== items.length) throw new Error('An SMS came twice.');
      return number;
    },
  },
  'sms-wrong-secret': {
    what: 'Our secret is not the one that the carrier knows: it refuses what we sign',
    alarm: 'MessagesFailing',
    run: async ({ stand, faults, rang }) => {
      const name = 'SMS_SECRET_ARN';
      const value = await variable(stand, 'SendSms', name);
      const undo = { kind: 'variable', function: 'SendSms', name, value } as const;
      await faults.bring(undo, () => setVariable(stand, 'SendSms', name, 'onewindow/local/CourierSecret'));
      const { number } = await stand.submit();
      await stand.untilCounted('MessagesFailing', 2);
      rang();
      const shown = `lambda update-function-configuration … ${name}=<the right one>`;
      await stand.aws(shown, () => faults.mend(undo));
      await stand.untilCounted('MessagesSent', 1, 180_000);
      return number;
    },
  },
  'poison-message': {
    what: 'A message that nobody can read lies in a queue, and in the end in its dead letters',
    alarm: 'DeadLetters-Messages',
    run: async ({ stand, faults, rang }) => {
      const sqs = new SQSClient(stand.client);
      const [url, deadLetters] = await Promise.all([
        queueUrl(stand, 'NotificationsMessagesQueue'),
        queueUrl(stand, 'NotificationsMessagesDeadLetters'),
      ]);
      // Three minutes between two receptions are more than anybody waits for.
      const undo = { kind: 'visibility', queueUrl: url, seconds: '180' } as const;
      const sooner = { QueueUrl: url, Attributes: { VisibilityTimeout: '1' } };
      await faults.bring(undo, () => sqs.send(new SetQueueAttributesCommand(sooner)));
      await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'poison' }));
      // Others are not held up by it.
      const { number } = await stand.submit();
      await until(
        'it to be put aside',
        () => messagesIn(stand, deadLetters),
        (count) => count > 0,
        120_000,
      );
      rang();
      await faults.mend(undo);
      const name = deadLetters.split('/').at(-1) ?? '';
      mustName(await stand.ops('dead-letters'), name);
      await stand.ops('dead-letters', 'shelve', name, '--because', 'a drill: nobody can read it');
      if ((await messagesIn(stand, deadLetters)) > 0) throw new Error('It still lies there.');
      return number;
    },
  },
};
