/** The Node programs that look at the API from outside: locked in a folder of their own, installed when first used. */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { npmCommand } from './packages.mjs';
import { Failure, progress } from './progress.mjs';
import { reason, run } from './run.mjs';

const files = ['package.json', 'package-lock.json'];

/**
 * The folder in which they are installed, exactly as locked; none of their install scripts is run.
 * @throws Failure when npm fails
 */
export async function ensureTools(root, local) {
  const source = join(root, 'infra', 'tools');
  const folder = join(local, 'tools');
  const record = join(folder, 'onewindow-lock');
  const wanted = createHash('sha256')
    .update(readFileSync(join(source, 'package-lock.json')))
    .digest('hex');
  const isThere = () => existsSync(record) && readFileSync(record, 'utf8') === wanted;
  if (isThere()) return folder;
  mkdirSync(local, { recursive: true });
  await withLock(join(local, 'tools.lock'), async () => {
    if (isThere()) return;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const file of files) copyFileSync(join(source, file), join(folder, file));
    await progress('Installing the linters of the API', async () => {
      const [command, ...before] = npmCommand();
      const args = [...before, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
      const log = join(local, 'npm.log');
      const { code, output } = await run(command, args, { cwd: folder, log });
      if (code !== 0) {
        throw new Failure(
          `Installing the linters of the API failed (${reason(output)}): check the network and read ${log}, then run this again.`,
        );
      }
      writeFileSync(record, wanted);
    });
  });
  return folder;
}
