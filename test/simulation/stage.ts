/** The functions as they are deployed, loaded once a process, and what every seed begins with. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CatalogueFile, Service } from '../../functions/catalogue/schemas.ts';
import { root } from '../../infra/local/settings.ts';
// What handlers load when they first need it would take real time.
import '../../functions/catalogue/form.ts';
import { withServices } from '../support/catalogue.ts';
import { buildingAcceptance, nightWorks, streetFair } from '../support/services.ts';
import type { Wiring } from './cloud/wiring.ts';
import { compositionsOf } from './compositions.ts';
import { patch } from './globals.ts';
import type { Handler } from './lambda.ts';
import type { Row } from './table/values.ts';

type Published = ReturnType<typeof withServices>['published'];

/** What operators had set up before the first case: departments with their addresses and secrets. */
export type Foundation = { rows: Row[]; departments: Map<string, Keys> };
/** A department's secret, and how it is kept. */
export type Keys = { secret: string; stored: string };
export type Stage = {
  wiring: Wiring;
  handlers: ReadonlyMap<string, Handler>;
  catalogue: CatalogueFile;
  /** What applicants compose of its items. */
  compositions: Service[];
  /** The rows of its publication. */
  published: Published;
  foundation?: Foundation;
};

/** @param wiring as `readWiring` gives it */
export async function openStage(wiring: Wiring): Promise<Stage> {
  patch();
  const handlers = new Map<string, Handler>();
  for (const [name, { entry }] of Object.entries(wiring.functions)) {
    const { handler } = (await import(pathToFileURL(join(root, entry)).href)) as { handler: Handler };
    handlers.set(name, handler);
  }
  // One with conditions in its middle, one that offers hearings and one that is accepted by hand live beside those of
  // the files.
  const { catalogue, published } = withServices(buildingAcceptance, nightWorks, streetFair);
  return { wiring, handlers, catalogue, compositions: await compositionsOf(catalogue), published };
}
