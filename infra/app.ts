/** The CDK app: `cdk synth -c stage=production`. */
import { App } from 'aws-cdk-lib';
import { addStage } from './stage.ts';

const app = new App();
addStage(app, String(app.node.tryGetContext('stage') ?? 'local'));
app.synth();
