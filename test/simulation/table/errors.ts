/** Errors as DynamoDB's client throws them. */
import {
  ConditionalCheckFailedException,
  IdempotentParameterMismatchException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Row } from './values.ts';

const $metadata = {};

export type Reason = { Code: string; Message?: string; Item?: Row };

export const validation = (message: string): Error =>
  Object.assign(new Error(message), { name: 'ValidationException', $fault: 'client', $metadata });

export const conditionFailed = (item?: Row): Error =>
  new ConditionalCheckFailedException({
    message: 'The conditional request failed',
    $metadata,
    ...(item ? { Item: marshall(item, { removeUndefinedValues: true }) } : {}),
  });

export const conflict = (): Error =>
  new TransactionConflictException({ message: 'Transaction is ongoing for the item', $metadata });

export const cancelled = (reasons: Reason[]): Error =>
  new TransactionCanceledException({
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(', ')}]`,
    // The document client reads the items of the reasons too.
    CancellationReasons: reasons as never,
    $metadata,
  });

export const tokenReused = (): Error =>
  new IdempotentParameterMismatchException({
    message: 'The token was used with other parameters',
    $metadata,
  });
