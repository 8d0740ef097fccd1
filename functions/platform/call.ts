/**
 * How a room describes its HTTP calls, in its `calls.ts`: for the API document, for the routes of the deployed API
 * and for the types of its handlers. Handlers name these descriptions as types only, so that no function carries
 * their words and schemas.
 */
import type * as z from 'zod/mini';

/** API Gateway's route key, such as `POST /applications/{id}/withdrawal`. */
export type RouteKey = `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`;

/**
 * Who is let in: `open` anybody, `bearer` whoever has signed in, `signed` who sends Standard Webhooks headers,
 * `either` one of the last two.
 */
export type CallAuth = 'open' | 'bearer' | 'signed' | 'either';

export type Call = {
  /** Verb and noun in camelCase, such as `readReview`; no other call has it. */
  operationId: string;
  /** One line. */
  summary: string;
  /** The chapter of the document. */
  tag: string;
  auth: CallAuth;
  query?: z.ZodMiniObject;
  body?: z.core.$ZodType;
  /** It may be left out. */
  bodyOptional?: boolean;
  /** When all went well; without a schema there is no body. Each header by its name, in words. */
  answer: { status: number; schema?: z.core.$ZodType; headers?: Record<string, string> };
  /** An error whose body is not the problem that every other error is, by its status. */
  ownErrors?: Record<number, z.core.$ZodType>;
  /** Takes an Idempotency-Key. */
  idempotent?: boolean;
  /** Takes an If-Match. */
  ifMatch?: boolean;
  /** Its body may name a version, and is answered 412 when that is an old one. */
  versioned?: boolean;
};

/** All calls of a room. */
export type Calls = Record<RouteKey, Call>;

/** Whether people sign in at the API itself; a signature is verified by the function behind it. */
export const needsSignIn = ({ auth }: Call): boolean => auth === 'bearer';
