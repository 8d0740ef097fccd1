/** What must outlive every deployment: the table, keys, users, materials, secrets. */
import { CfnOutput, Duration, type RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
  AccountRecovery,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  type UserPoolClient,
  UserPoolGroup,
} from 'aws-cdk-lib/aws-cognito';
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
import { readCatalogue } from '../../catalogue/build.ts';
import { canaryCode } from '../../functions/canary/service.ts';
import { states, tagKey } from '../../functions/materials/schemas.ts';
import { canaryScope, roles } from '../../functions/platform/user.ts';
import type { Identity } from '../own-settings.ts';
import { departmentSecretsPrefix, removalPolicyOf, type StageSettings } from '../settings.ts';

type Users = { pool: UserPool; clientId: string };

/** By what the canary is known: its department by a secret, itself as a client of the pool or of the issuer outside. */
export type CanaryAccess = { departmentSecret: Secret } & (
  | { clientId: string; userPoolArn: string }
  | { clientSecret: Secret }
);

export class DataStack extends Stack {
  readonly indexes = ['list', 'inbox', 'due'];
  readonly table: Table;
  readonly personalKey: Key;
  /** Who signs people in: a user pool of the stage's own, unless it has an issuer. */
  readonly identity: Identity;
  /** The stage's own pool; absent with an issuer outside. */
  readonly users: UserPool | undefined;
  readonly materials: Bucket;
  readonly pepper: Secret;
  readonly pickupCodes: Secret;
  readonly courierSecret: Secret;
  readonly smsSecret: Secret;
  /** Absent where the settings want no canary. */
  readonly canary: CanaryAccess | undefined;

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
    const users = settings.identity ? undefined : this.makeUsers(settings, removalPolicy);
    this.users = users?.pool;
    const machine = users && settings.canaryMinutes > 0 ? this.makeMachine(users.pool, settings) : undefined;
    this.identity =
      settings.identity ?? this.issuerOf(users as Users, machine === undefined ? [] : [machine]);
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
    this.canary =
      settings.canaryMinutes > 0 ? this.makeCanary(settings, users?.pool, machine, removalPolicy) : undefined;
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
    for (const index of this.indexes) {
      table.addGlobalSecondaryIndex({
        indexName: index,
        partitionKey: string(`${index}Key`),
        sortKey: string(`${index}Sort`),
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
    return table;
  }

  private makeUsers(settings: StageSettings, removalPolicy: RemovalPolicy): Users {
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
    const departments = readCatalogue().departments.map(({ code }) => `department:${code}`);
    for (const groupName of [...roles, ...departments]) {
      new UserPoolGroup(this, `Group-${groupName.replace(':', '-')}`, { userPool: users, groupName });
    }
    new CfnOutput(this, 'UserPoolId', { value: users.userPoolId });
    new CfnOutput(this, 'UserPoolClientId', { value: client.userPoolClientId });
    return { pool: users, clientId: client.userPoolClientId };
  }

  private issuerOf({ pool, clientId }: Users, machines: UserPoolClient[]): Identity {
    return {
      issuer: `https://cognito-idp.${this.region}.${this.urlSuffix}/${pool.userPoolId}`,
      audience: [clientId, ...machines.map((machine) => machine.userPoolClientId)],
      groupsClaim: 'cognito:groups',
    };
  }

  /** A client that signs in as itself. Its tokens say so by a scope, for the pool puts no groups into them. */
  private makeMachine(users: UserPool, { stage }: StageSettings): UserPoolClient {
    // Where tokens are to be had; nobody signs in there, for no client may.
    users.addDomain('Tokens', { cognitoDomain: { domainPrefix: `onewindow-${stage}-${this.account}` } });
    const scope = new ResourceServerScope({
      scopeName: canaryScope.name,
      scopeDescription: 'Synthetic cases, and nothing else',
    });
    const server = users.addResourceServer('Scopes', { identifier: canaryScope.server, scopes: [scope] });
    const client = users.addClient('Canary', {
      generateSecret: true,
      authFlows: {},
      oAuth: { flows: { clientCredentials: true }, scopes: [OAuthScope.resourceServer(server, scope)] },
      // Each token has its price.
      accessTokenValidity: Duration.hours(12),
    });
    new CfnOutput(this, 'CanaryClientId', { value: client.userPoolClientId });
    return client;
  }

  private makeCanary(
    settings: StageSettings,
    users: UserPool | undefined,
    machine: UserPoolClient | undefined,
    removalPolicy: RemovalPolicy,
  ): CanaryAccess {
    const departmentSecret = this.makeSecret(
      'CanaryDepartment',
      'Signs what is said to and by the department of the canary',
      settings,
      removalPolicy,
      `${departmentSecretsPrefix(settings.stage)}${canaryCode}`,
    );
    if (users && machine) {
      return { departmentSecret, clientId: machine.userPoolClientId, userPoolArn: users.userPoolArn };
    }
    const words = 'How the canary signs in at the issuer: {"clientId": …, "clientSecret": …}';
    return {
      departmentSecret,
      clientSecret: this.makeSecret('CanaryClient', words, settings, removalPolicy),
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
    secretName = `onewindow/${settings.stage}/${id}`,
  ): Secret {
    return new Secret(this, id, {
      secretName,
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
