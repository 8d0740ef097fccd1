/** The one consumer of the table's stream. */
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { StreamConsumer } from '../constructs/consumers.ts';
import { ServiceFunction } from '../constructs/function.ts';
import { type Context, tableEnvironment, tableGrants } from './context.ts';

export class Relay extends Construct {
  readonly relay: ServiceFunction;

  constructor(scope: Construct, id: string, context: Context & { stateMachine: StateMachine }) {
    super(scope, id);
    const { settings, data, bus, stateMachine } = context;
    const { stateMachineArn } = stateMachine;
    this.relay = new ServiceFunction(this, 'Relay', {
      settings,
      timeoutSeconds: 60,
      environment: {
        ...tableEnvironment(context),
        BUS_NAME: bus.eventBusName,
        STATE_MACHINE_ARN: stateMachineArn,
      },
      grants: [
        ...tableGrants(context, { BatchGetItem: ['APPLICATION#*'] }),
        { actions: ['events:PutEvents'], resources: [bus.eventBusArn] },
        {
          actions: ['states:SendTaskFailure', 'states:SendTaskSuccess', 'states:StartExecution'],
          resources: [stateMachineArn],
        },
      ],
    });
    new StreamConsumer(this, 'Journal', {
      consumer: this.relay,
      table: data.table,
      // A journal entry is brought again when the sweep touches it; a wait's row is written anew by each wait.
      filters: ['EVENT#', 'WAIT#'].map((prefix) => ({
        eventName: ['INSERT', 'MODIFY'],
        dynamodb: { Keys: { sk: { S: [{ prefix }] } } },
      })),
    });
  }
}
