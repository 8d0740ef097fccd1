/** Errors that a client can act on, as RFC 9457 problem details with a stable `type`. */
/** A wrong field of a body, by a JSON pointer into it. */
export type FieldError = { pointer: string; detail: string };
/** A wrong parameter of a query, by its name. */
export type ParameterError = { parameter: string; detail: string };

const titles = {
  'malformed-request': [400, 'The request cannot be read'],
  unauthenticated: [401, 'Please sign in'],
  'bad-signature': [401, 'The signature is not valid'],
  forbidden: [403, 'You may not do this'],
  'not-found': [404, 'Not found'],
  'wrong-state': [409, 'Not possible in the present state'],
  'version-conflict': [409, 'Somebody else changed this at the same time'],
  'in-flight': [409, 'The same request is still being worked on'],
  'precondition-failed': [412, 'The version has changed since you read it'],
  'too-large': [413, 'The request is too large'],
  'unsupported-media-type': [415, 'Send JSON'],
  'invalid-input': [422, 'Some fields need attention'],
  'idempotency-key-reused': [422, 'The Idempotency-Key was used with another body'],
  'too-many-requests': [429, 'Too many requests'],
  'internal-error': [500, 'Something went wrong on our side'],
  unavailable: [503, 'Please try again shortly'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemType = keyof typeof titles;
export const problemTypes = Object.keys(titles) as ProblemType[];

/** A problem names so many wrong fields at most: nobody corrects more at once. */
export const mostErrors = 100;

/** Thrown anywhere below an HTTP handler; becomes the answer. */
export class Problem extends Error {
  readonly type: ProblemType;
  readonly errors: (FieldError | ParameterError)[] | undefined;
  /** Seconds after which it may be tried again, where that is known. */
  readonly retryAfter: number | undefined;

  constructor(
    type: ProblemType,
    detail: string,
    errors?: (FieldError | ParameterError)[],
    retryAfter?: number,
  ) {
    super(detail);
    this.name = 'Problem';
    this.type = type;
    this.errors = errors?.slice(0, mostErrors);
    this.retryAfter = retryAfter;
  }

  get status(): number {
    return titles[this.type][0];
  }

  /**
   * The `application/problem+json` body.
   * @param said a text in the language of whoever asked
   */
  toBody(said: (text: string) => string): Record<string, unknown> {
    return {
      type: `urn:onewindow:problem:${this.type}`,
      title: said(titles[this.type][1]),
      status: this.status,
      detail: said(this.message),
      ...(this.errors ? { errors: this.errors.map((each) => ({ ...each, detail: said(each.detail) })) } : {}),
    };
  }
}

export const notFound = (what: string): Problem => new Problem('not-found', `There is no such ${what}.`);
