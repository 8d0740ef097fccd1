/** The catalogue, the promise, the API's own description: open to anyone, no data of persons behind them. */
import { Construct } from 'constructs';
import { calls } from '../../functions/catalogue/calls.ts';
import { ServiceFunction } from '../constructs/function.ts';
import { type Context, catalogueRows, clock, tableEnvironment, tableGrants } from './context.ts';

export class Catalogue extends Construct {
  constructor(scope: Construct, id: string, context: Context) {
    super(scope, id);
    const { settings, api } = context;
    const handler = new ServiceFunction(this, 'CatalogueApi', {
      settings,
      environment: { API_URL: api.url, ...tableEnvironment(context) },
      // Anybody may ask it anything: it reads nothing else.
      grants: tableGrants(context, ...clock(context), { GetItem: catalogueRows, Query: catalogueRows }),
    });
    api.add(this, handler, calls);
  }
}
