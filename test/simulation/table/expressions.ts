/**
 * DynamoDB's expressions (condition, filter, key condition, update, projection), read into trees once and kept by
 * their text. Held against DynamoDB itself by the contract suite beside it.
 */
import { reservedWords } from './reserved-words.ts';

export type Path = (string | number)[];
export type Operand =
  | { kind: 'path'; path: Path }
  | { kind: 'value'; name: string }
  | { kind: 'call'; name: string; args: Operand[] }
  | { kind: 'sum'; left: Operand; right: Operand; sign: 1 | -1 };
export type Condition =
  | { kind: 'compare'; operator: string; left: Operand; right: Operand }
  | { kind: 'between'; value: Operand; from: Operand; to: Operand }
  | { kind: 'in'; value: Operand; list: Operand[] }
  | { kind: 'call'; name: string; args: Operand[] }
  | { kind: 'not'; condition: Condition }
  | { kind: 'and' | 'or'; left: Condition; right: Condition };
export type Action = { verb: 'SET' | 'REMOVE' | 'ADD' | 'DELETE'; path: Path; operand?: Operand };

/** The text is no expression that DynamoDB would read. */
export class SyntaxFault extends Error {
  override name = 'ValidationException';
}

const tokenPattern = /\s*(<=|>=|<>|[=<>(),.[\]+-]|[#:]?[A-Za-z0-9_]+)/y;

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  tokenPattern.lastIndex = 0;
  while (text.slice(tokenPattern.lastIndex).trim() !== '') {
    const at = tokenPattern.lastIndex;
    const token = tokenPattern.exec(text)?.[1];
    if (token === undefined) throw new SyntaxFault(`Invalid expression: syntax error near ${text.slice(at)}`);
    tokens.push(token);
  }
  return tokens;
}

const verbs = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
const comparators = ['=', '<>', '<', '<=', '>', '>='];

class Reader {
  readonly #tokens: string[];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length;
  }

  peek(): string {
    return this.#tokens[this.#at] ?? '';
  }

  #isWord(word: string): boolean {
    return this.peek().toUpperCase() === word;
  }

  next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw this.fault();
    return token;
  }

  fault(): SyntaxFault {
    return new SyntaxFault(`Invalid expression: syntax error in "${this.#text}" near "${this.peek()}"`);
  }

  take(token: string): boolean {
    if (!this.#isWord(token)) return false;
    this.#at++;
    return true;
  }

  expect(token: string): void {
    if (!this.take(token)) throw this.fault();
  }

  end<T>(read: T): T {
    if (!this.done) throw this.fault();
    return read;
  }

  path(): Path {
    const path: Path = [this.#name()];
    for (;;) {
      if (this.take('.')) path.push(this.#name());
      else if (this.take('[')) {
        path.push(Number(this.next()));
        this.expect(']');
      } else return path;
    }
  }

  #name(): string {
    const token = this.next();
    if (!/^#?[A-Za-z0-9_]+$/.test(token)) throw this.fault();
    if (reservedWords.has(token.toLowerCase())) {
      throw new SyntaxFault(`Attribute name is a reserved keyword; reserved keyword: ${token}`);
    }
    return token;
  }

  operand(): Operand {
    const token = this.peek();
    if (token.startsWith(':')) return { kind: 'value', name: this.next() };
    if (/^[a-z_]+$/.test(token) && this.#tokens[this.#at + 1] === '(') return this.#call();
    return { kind: 'path', path: this.path() };
  }

  #call(): Extract<Operand, { kind: 'call' }> {
    const name = this.next();
    this.expect('(');
    const args = [this.operand()];
    while (this.take(',')) args.push(this.operand());
    this.expect(')');
    return { kind: 'call', name, args };
  }

  condition(): Condition {
    let left = this.#conjunction();
    while (this.take('OR')) left = { kind: 'or', left, right: this.#conjunction() };
    return left;
  }

  #conjunction(): Condition {
    let left = this.#negation();
    while (this.take('AND')) left = { kind: 'and', left, right: this.#negation() };
    return left;
  }

  #negation(): Condition {
    if (this.take('NOT')) return { kind: 'not', condition: this.#negation() };
    if (this.take('(')) {
      const inner = this.condition();
      this.expect(')');
      return inner;
    }
    return this.#comparison();
  }

  #comparison(): Condition {
    const left = this.operand();
    if (this.take('BETWEEN')) {
      const from = this.operand();
      this.expect('AND');
      return { kind: 'between', value: left, from, to: this.operand() };
    }
    if (this.take('IN')) {
      this.expect('(');
      const list = [this.operand()];
      while (this.take(',')) list.push(this.operand());
      this.expect(')');
      return { kind: 'in', value: left, list };
    }
    if (comparators.includes(this.peek())) {
      return { kind: 'compare', operator: this.next(), left, right: this.operand() };
    }
    if (left.kind === 'call' && left.name !== 'size')
      return { kind: 'call', name: left.name, args: left.args };
    throw this.fault();
  }

  #sum(): Operand {
    let left = this.operand();
    for (;;) {
      const sign = this.take('+') ? 1 : this.take('-') ? -1 : undefined;
      if (sign === undefined) return left;
      left = { kind: 'sum', left, right: this.operand(), sign };
    }
  }

  #action(verb: Action['verb']): Action {
    const path = this.path();
    if (verb === 'REMOVE') return { verb, path };
    if (verb === 'SET') this.expect('=');
    return { verb, path, operand: verb === 'SET' ? this.#sum() : this.operand() };
  }

  actions(): Action[] {
    const actions: Action[] = [];
    while (!this.done) {
      const verb = verbs.find((each) => this.take(each));
      if (!verb) throw this.fault();
      do actions.push(this.#action(verb));
      while (this.take(','));
    }
    return actions;
  }

  paths(): Path[] {
    const paths = [this.path()];
    while (this.take(',')) paths.push(this.path());
    return paths;
  }
}

function kept<T>(read: (reader: Reader) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found) return found;
    const reader = new Reader(text);
    const made = reader.end(read(reader));
    known.set(text, made);
    return made;
  };
}

export const readCondition = kept((reader) => reader.condition());
export const readUpdate = kept((reader) => reader.actions());
export const readProjection = kept((reader) => reader.paths());
