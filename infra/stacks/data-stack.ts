/** What must outlive every deployment: the table, keys, users, materials, secrets. */
import { CfnOutput, Duration, type RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AccountRecovery, Mfa, UserPool, UserPoolGroup } from 'aws-cdk-lib/aws-cognito';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, HttpMethods } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { states, tagKey } from '../../functions/materials/schemas.ts';
import { roles } from '../../functions/platform/user.ts';
import { repositoryCatalogue } from '../catalogue/read.ts';
import type { Identity } from '../own-settings.ts';
import { removalPolicyOf, type StageSettings } from '../settings.ts';

export class DataStack extends Stack {
  readonly table: Table;
  readonly personalKey: Key;
  /** Who signs people in: a user pool of the stage's own, unless it has an issuer. */
  readonly identity: Identity;
  readonly materials: Bucket;
  readonly pepper: Secret;
  readonly pickupCodes: Secret;
  readonly courierSecret: Secret;
  readonly smsSecret: Secret;

  constructor(scope: Construct, id: string, props: StackProps & { settings: StageSettings }) {
    super(scope, id, props);
    const { settings } = props;
    const removalPolicy = removalPolicyOf(settings);
    const key = new Key(this, 'DataKey', {
      description: 'Data at rest',
      enableKeyRotation: true,
      removalPolicy,
    });
    this.personalKey = new Key(this, 'PersonalKey', {
      description: 'Personal data, field by field; only what must see a whole value may decrypt',
      enableKeyRotation: true,
      removalPolicy,
    });
    this.table = this.makeTable(settings, key, removalPolicy);
    this.identity = settings.identity ?? this.makeUsers(settings, removalPolicy);
    this.materials = this.makeMaterials(settings, key, removalPolicy);
    this.pepper = this.makeSecret('Pepper', 'Keyed hashes', settings, removalPolicy);
    this.pickupCodes = this.makeSecret('PickupCodes', 'Makes pick-up codes', settings, removalPolicy);
    this.courierSecret = this.makeSecret(
      'CourierSecret',
      'Signs what is said to and by the courier',
      settings,
      removalPolicy,
    );
    this.smsSecret = this.makeSecret(
      'SmsSecret',
      'Signs what is said to and by the SMS gateway',
      settings,
      removalPolicy,
    );
    new CfnOutput(this, 'TableName', { value: this.table.tableName });
  }

  private makeTable(settings: StageSettings, encryptionKey: Key, removalPolicy: RemovalPolicy): Table {
    const string = (name: string) => ({ name, type: AttributeType.STRING });
    const table = new Table(this, 'Table', {
      partitionKey: string('pk'),
      sortKey: string('sk'),
      billingMode: BillingMode.PAY_PER_REQUEST,
      stream: StreamViewType.NEW_IMAGE,
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey,
      deletionProtection: settings.keepData,
      removalPolicy,
    });
    for (const index of ['list', 'inbox', 'due']) {
      table.addGlobalSecondaryIndex({
        indexName: index,
        partitionKey: string(`${index}Key`),
        sortKey: string(`${index}Sort`),
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
    return table;
  }

  private makeUsers(settings: StageSettings, removalPolicy: RemovalPolicy): Identity {
    const users = new UserPool(this, 'Users', {
      // Accounts come from the city's identity provider or from an administrator, with their groups.
      selfSignUpEnabled: false,
      signInAliases: { username: true, email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { sms: false, otp: true },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(1),
      },
      deletionProtection: settings.keepData,
      removalPolicy,
    });
    const client = users.addClient('Client', {
      authFlows: settings.demoUsers ? { adminUserPassword: true, userSrp: true } : { userSrp: true },
      // No hosted pages: the library's default would open the implicit flow to a placeholder address.
      disableOAuth: true,
      accessTokenValidity: Duration.hours(1),
      preventUserExistenceErrors: true,
    });
    const departments = repositoryCatalogue().departments.map(({ code }) => `department:${code}`);
    for (const groupName of [...roles, ...departments]) {
      new UserPoolGroup(this, `Group-${groupName.replace(':', '-')}`, { userPool: users, groupName });
    }
    new CfnOutput(this, 'UserPoolId', { value: users.userPoolId });
    new CfnOutput(this, 'UserPoolClientId', { value: client.userPoolClientId });
    return {
      issuer: `https://cognito-idp.${this.region}.${this.urlSuffix}/${users.userPoolId}`,
      audience: [client.userPoolClientId],
      groupsClaim: 'cognito:groups',
    };
  }

  private makeMaterials(settings: StageSettings, encryptionKey: Key, removalPolicy: RemovalPolicy): Bucket {
    return new Bucket(this, 'Materials', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      encryption: BucketEncryption.KMS,
      encryptionKey,
      bucketKeyEnabled: true,
      versioned: true,
      lifecycleRules: [
        {
          abortIncompleteMultipartUploadAfter: Duration.days(1),
          expiredObjectDeleteMarker: true,
        },
        {
          // What no case has taken. A version that a case names is tagged otherwise, and stays.
          tagFilters: { [tagKey]: states.unused },
          expiration: Duration.days(7),
          noncurrentVersionExpiration: Duration.days(1),
        },
      ],
      ...(settings.portalOrigins.length > 0
        ? {
            cors: [
              {
                allowedMethods: [HttpMethods.PUT],
                allowedOrigins: settings.portalOrigins,
                allowedHeaders: ['*'],
              },
            ],
          }
        : {}),
      removalPolicy,
    });
  }

  /** A generated secret; see functions/platform/secrets.ts for its form. */
  private makeSecret(
    id: string,
    description: string,
    settings: StageSettings,
    removalPolicy: RemovalPolicy,
  ): Secret {
    return new Secret(this, id, {
      secretName: `onewindow/${settings.stage}/${id}`,
      description,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ createdAt: 'deployment' }),
        generateStringKey: 'random',
        passwordLength: 64,
        excludePunctuation: true,
        excludeCharacters: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~ ',
      },
      removalPolicy,
    });
  }
}
