/** A local copy of a drill's own, started as `npm start` starts one, so that it may be ended in the middle. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../local/ports.ts';
import { root, type Settings, settingsFrom } from '../local/settings.ts';
import { Stand, until } from './stand.ts';

const startsWithinMs = 240_000;

export class Copy {
  readonly settings: Settings;
  #starter: ChildProcess | undefined;
  #printed = '';

  private constructor(settings: Settings) {
    this.settings = settings;
  }

  /** A copy beside the one of these settings: with a directory and a port of its own. */
  static async beside({ directory, cloudPort }: Settings): Promise<Copy> {
    const own = { ONEWINDOW_LOCAL_DIR: join(directory, 'drill'), LOCAL_CLOUD_PORT: String(cloudPort + 1) };
    const { AWS_ENDPOINT_URL: _, ...inherited } = process.env;
    const settings = settingsFrom({ ...inherited, ...own });
    return new Copy({ ...settings, cloudPort: await freePort(settings.cloudPort) });
  }

  /** Starts it, empty, and waits until it is up. @returns what is there then */
  async start(): Promise<Stand> {
    const { directory, cloudPort } = this.settings;
    const { AWS_ENDPOINT_URL: _, ...inherited } = process.env;
    this.#printed = '';
    const starter = spawn(process.execPath, [join(root, 'infra', 'local', 'start.ts'), '--no-demo'], {
      env: { ...inherited, ONEWINDOW_LOCAL_DIR: directory, LOCAL_CLOUD_PORT: String(cloudPort) },
      // The channel ends it with this process, however that ends.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#starter = starter;
    for (const stream of [starter.stdout, starter.stderr])
      stream?.on('data', (text) => {
        this.#printed += text;
      });
    await until(
      'the copy to be up',
      async () => this.#printed,
      (printed) => {
        if (starter.exitCode !== null) throw new Error(`The copy did not start:\n${printed}`);
        return printed.includes('OneWindow is up');
      },
      startsWithinMs,
    );
    return new Stand(this.settings);
  }

  /** What the last start has printed until now. */
  get printed(): string {
    return this.#printed;
  }

  /** Kills the local cloud as a crash would: it saves nothing. @returns how its starter ended */
  async killCloud(): Promise<number> {
    const starter = this.#starter;
    if (!starter) throw new Error('The copy was not started.');
    const written = readFileSync(join(this.settings.directory, 'run.json'), 'utf8');
    const { started } = JSON.parse(written) as { started: { pid: number }[] };
    const ended = once(starter, 'close');
    for (const { pid } of started) process.kill(-pid, 'SIGKILL');
    await ended;
    return starter.exitCode ?? -1;
  }

  /** Whether tools still find addresses of it. */
  get isAnnounced(): boolean {
    return existsSync(join(this.settings.directory, 'endpoints.json'));
  }

  /** Ends it and everything that it has started. */
  async end(): Promise<void> {
    const starter = this.#starter;
    if (!starter || starter.exitCode !== null || starter.signalCode !== null) return;
    const ended = once(starter, 'close');
    starter.kill('SIGTERM');
    await ended;
  }
}
