/** Where an operator sees what the functions cannot show: the console of AWS. No I/O. */

/** The console's page of an execution. */
export function consoleLink(executionArn: string): string {
  const [, partition, , region = ''] = executionArn.split(':');
  const host = partition === 'aws-cn' ? 'console.amazonaws.cn' : `${region}.console.aws.amazon.com`;
  return `https://${host}/states/home?region=${region}#/v2/executions/details/${executionArn}`;
}
