/**
 * The floor to compare with: a bare five-department pipeline in the same local cloud, without a rule in it. Intake
 * writes a row; the stream starts an execution of three stages; each review waits on a queue; a department decides it
 * at once, by an update and a callback; at the end the row is updated. No form, no signature, no journal, no
 * idempotency, no courier, no SMS; its functions call AWS by plain `fetch`, without the SDK.
 */
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';

const code = `
const aws = async (service, target, body) => {
  const scope = 'Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260101/' + process.env.AWS_REGION + '/' + service;
  const response = await fetch(process.env.ENDPOINT, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': target,
      authorization: 'AWS4-HMAC-SHA256 ' + scope + '/aws4_request, SignedHeaders=host, Signature=none',
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(target + ' was answered ' + response.status + ': ' + (await response.text()));
};
const TableName = process.env.TABLE_NAME;
exports.intake = async ({ body }) => {
  const { id } = JSON.parse(body);
  await aws('dynamodb', 'DynamoDB_20120810.PutItem', { TableName, Item: { id: { S: id }, status: { S: 'submitted' } } });
  return { statusCode: 201, body: JSON.stringify({ id }) };
};
exports.start = async ({ Records }) => {
  for (const { dynamodb } of Records) {
    const id = dynamodb.Keys.id.S;
    const input = JSON.stringify({ id, stages: [['1'], ['2', '4'], ['3', '5']] });
    await aws('states', 'AWSStepFunctions.StartExecution', { stateMachineArn: process.env.MACHINE_ARN, name: id, input });
  }
};
exports.department = async ({ Records }) => {
  const { id, review, token } = JSON.parse(Records[0].body);
  await aws('dynamodb', 'DynamoDB_20120810.UpdateItem', {
    TableName,
    Key: { id: { S: id } },
    UpdateExpression: 'SET #review = :approved',
    ExpressionAttributeNames: { '#review': 'review' + review },
    ExpressionAttributeValues: { ':approved': { S: 'approved' } },
  });
  await aws('states', 'AWSStepFunctions.SendTaskSuccess', { taskToken: token, output: '{}' });
};
`;

/** Replaced when the machine is created. */
const substitution = (name: string): string => `$\{${name}}`;

const review = {
  Type: 'Task',
  Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
  Parameters: {
    QueueUrl: substitution('QueueUrl'),
    MessageBody: { 'id.$': '$.id', 'review.$': '$.review', 'token.$': '$$.Task.Token' },
  },
  End: true,
};

const stage = (index: number, Next: string) => ({
  Type: 'Map',
  ItemsPath: `$.stages[${index}]`,
  ItemSelector: { 'id.$': '$.id', 'review.$': '$$.Map.Item.Value' },
  ItemProcessor: { StartAt: 'Review', States: { Review: review } },
  ResultPath: null,
  Next,
});

const machine = {
  StartAt: 'First',
  States: {
    First: stage(0, 'Second'),
    Second: stage(1, 'Third'),
    Third: stage(2, 'Update'),
    Update: {
      Type: 'Task',
      Resource: 'arn:aws:states:::dynamodb:updateItem',
      Parameters: {
        TableName: substitution('TableName'),
        Key: { id: { 'S.$': '$.id' } },
        UpdateExpression: 'SET #status = :approved',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':approved': { S: 'approved' } },
      },
      End: true,
    },
  },
};

const ref = (Ref: string) => ({ Ref });
const att = (...path: [string, string]) => ({ 'Fn::GetAtt': path });

function template(endpoint: string) {
  const lambda = (handler: string, variables: Record<string, unknown> = {}) => ({
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'nodejs24.x',
      Handler: `index.${handler}`,
      Code: { ZipFile: code },
      Role: 'arn:aws:iam::000000000000:role/floor',
      MemorySize: 512,
      Timeout: 15,
      Environment: { Variables: { ENDPOINT: endpoint, TABLE_NAME: ref('Table'), ...variables } },
    },
  });
  const source = (FunctionName: string, Properties: Record<string, unknown>) => ({
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { FunctionName: ref(FunctionName), ...Properties },
  });
  return {
    Resources: {
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
        },
      },
      Queue: { Type: 'AWS::SQS::Queue', Properties: {} },
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          RoleArn: 'arn:aws:iam::000000000000:role/floor',
          DefinitionString: JSON.stringify(machine),
          DefinitionSubstitutions: { QueueUrl: ref('Queue'), TableName: ref('Table') },
        },
      },
      Intake: lambda('intake'),
      Start: lambda('start', { MACHINE_ARN: ref('Machine') }),
      Department: lambda('department'),
      FromStream: source('Start', {
        EventSourceArn: att('Table', 'StreamArn'),
        StartingPosition: 'TRIM_HORIZON',
        BatchSize: 10,
        ParallelizationFactor: 10,
        FilterCriteria: { Filters: [{ Pattern: JSON.stringify({ eventName: ['INSERT'] }) }] },
      }),
      FromQueue: source('Department', { EventSourceArn: att('Queue', 'Arn'), BatchSize: 1 }),
      Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'floor', ProtocolType: 'HTTP' } },
      Integration: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: {
          ApiId: ref('Api'),
          IntegrationType: 'AWS_PROXY',
          IntegrationUri: att('Intake', 'Arn'),
          PayloadFormatVersion: '2.0',
        },
      },
      Route: {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: {
          ApiId: ref('Api'),
          RouteKey: 'POST /applications',
          Target: { 'Fn::Join': ['/', ['integrations', ref('Integration')]] },
        },
      },
      Stage: {
        Type: 'AWS::ApiGatewayV2::Stage',
        Properties: { ApiId: ref('Api'), StageName: '$default', AutoDeploy: true },
      },
    },
    Outputs: { ApiId: { Value: ref('Api') }, TableName: { Value: ref('Table') } },
  };
}

export type Floor = { url: string; tableName: string; remove: () => Promise<void> };

/** Creates the floor in the local cloud at `endpoint`. It must be removed. */
export async function createFloor(endpoint: string, region: string): Promise<Floor> {
  const client = new CloudFormationClient({ endpoint, region });
  const StackName = `onewindow-bench-floor-${Date.now()}`;
  await client.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(template(endpoint)) }));
  await waitUntilStackCreateComplete({ client, minDelay: 1, maxDelay: 1, maxWaitTime: 60 }, { StackName });
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
  const output = (key: string): string =>
    Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue ?? '';
  return {
    url: `${endpoint}/_aws/execute-api/${output('ApiId')}/$default/applications`,
    tableName: output('TableName'),
    remove: async () => {
      await client.send(new DeleteStackCommand({ StackName }));
    },
  };
}
