import { CfnResource } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { exceptionFor, nagExceptions } from '../../infra/nag-exceptions.ts';
import { synthesize } from '../support/stacks.ts';

type Finding = { rule: string; path: string };

/** Findings of both packs, by construct path without the stack's name. */
function findings(stage: string): Finding[] {
  const { app, all } = synthesize(stage);
  const paths = new Map(
    all.flatMap((stack) =>
      stack.node
        .findAll()
        .filter((each) => CfnResource.isCfnResource(each))
        .map((each) => [each.node.path, each.node.path.slice(stack.node.id.length + 1)] as const),
    ),
  );
  return [new AwsSolutionsChecks(app), new ServerlessChecks(app)].flatMap((pack) =>
    pack.validateScope(app).violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => ({
        rule: ruleName,
        path: paths.get(constructPath ?? '') ?? constructPath ?? '',
      })),
    ),
  );
}

const found = {
  production: findings('production'),
  integration: findings('integration'),
  china: findings('china'),
};

describe.each(Object.entries(found))('cdk-nag on %s', (stage, list) => {
  it('finds nothing that is not explained', () => {
    expect(list.filter(({ rule, path }) => !exceptionFor(rule, path, stage))).toEqual([]);
  });
});

it('no exception outlives its finding', () => {
  const used = new Set(
    Object.entries(found).flatMap(([stage, list]) =>
      list.map(({ rule, path }) => exceptionFor(rule, path, stage)),
    ),
  );
  expect(nagExceptions.filter((each) => !used.has(each)).map(({ rule }) => rule)).toEqual([]);
});
