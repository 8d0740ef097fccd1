/** The portal's own server, for as long as there is a portal: `web/serve.ts` exports `servePortal`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Endpoints } from './endpoints.ts';
import { root, type Settings } from './settings.ts';

type Serve = (options: { port: number; endpoints: Endpoints }) => Promise<{ stop: () => Promise<void> }>;

/** Serves the portal. @returns nothing when there is none to serve. */
export async function startPortal(
  { portalPort }: Settings,
  endpoints: Endpoints,
): Promise<{ stop: () => Promise<void> } | undefined> {
  const server = join(root, 'web', 'serve.ts');
  if (!existsSync(server)) return undefined;
  const { servePortal } = (await import(pathToFileURL(server).href)) as { servePortal: Serve };
  return servePortal({ port: portalPort, endpoints });
}
