/** What infra/local/lighter.py changes in MiniStack changes no answer. Runs in the local cloud's own Python. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { root, sharedDirectory } from '../../../infra/local/settings.ts';
import { ensurePython } from '../../../infra/local/setup/python.mjs';

const expressions = [
  'pk = :pk AND sk BETWEEN :from AND :to',
  'attribute_not_exists(pk) OR #status IN (:a, :b)',
  '((pk = :pk))',
  'status = :status',
  'pk = = :pk',
  'begins_with(sk, :prefix',
  'a.b[0] <> :c',
];

/** Each expression read as MiniStack does, then twice as it is made lighter, and how often it was read for that. */
const script = `
import json, sys
sys.path.insert(0, ${JSON.stringify(join(root, 'infra', 'local'))})
import lighter
from ministack.services import dynamodb

def read(expression):
    tokens = dynamodb._tokenize(expression)
    return [
        list(tokens),
        dynamodb._check_redundant_parens(tokens),
        dynamodb._check_redundant_parens(tokens, "FilterExpression"),
        dynamodb._check_reserved_keyword_usage(tokens),
        dynamodb._check_reserved_keyword_usage(list(tokens)),
        dynamodb._condition_syntax_error(expression, "KeyConditionExpression"),
        dynamodb._condition_syntax_error(expression, "ConditionExpression"),
    ]

expressions = json.loads(sys.argv[1])
before = [read(each) for each in expressions]
times, plain = 0, dynamodb._tokenize

def counted(expression):
    global times
    times += 1
    return plain(expression)

dynamodb._tokenize = counted
lighter.keep_parsed_expressions()
print(json.dumps({"before": before, "after": [[read(each) for each in expressions] for _ in range(2)], "times": times}))
`;

type Read = { before: unknown[][]; after: unknown[][][]; times: number };
let found: Read;

beforeAll(async () => {
  const { executable, env } = await ensurePython(root, sharedDirectory);
  const { stdout, stderr } = spawnSync(executable, ['-c', script, JSON.stringify(expressions)], {
    encoding: 'utf8',
    env: { ...process.env, ...env, BIND_HOST: '127.0.0.1', IOT_MTLS_ENABLED: '0', SFTP_ENABLED: '0' },
  });
  if (!stdout) throw new Error(stderr);
  found = JSON.parse(stdout) as Read;
}, 60_000);

describe('the lighter local cloud', () => {
  it('reads expressions, right and wrong ones, as MiniStack does', () => {
    expect(found.after).toEqual([found.before, found.before]);
    const faults = found.before.map(([, ...answers]) => answers.some((answer) => answer !== null));
    expect(faults).toEqual([false, false, true, true, true, true, false]);
  });

  it('reads each once', () => {
    expect(found.times).toBe(expressions.length);
  });
});
