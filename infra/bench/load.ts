/**
 * How long each function takes to load and how large its bundle is, beside the AWS clients that it uses and nothing
 * else. Each sample is a fresh process of the pinned Node that imports one file, and what is measured is the time that
 * the processor spends on it. Both sides take turns, and each sample of the one is compared with the next of the
 * other, so that whatever else the machine does meets both.
 */
import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { bundleAll, type entries, type FunctionId } from '../bundle.ts';
import { root } from '../local/settings.ts';

export type Load = {
  id: FunctionId;
  kilobytes: number;
  sdkKilobytes: number;
  /** Of the processor. */
  milliseconds: number;
  sdkMilliseconds: number;
  /** The median of the pairs; not quite that of the medians. */
  ratio: number;
};

/** Load at most so many times that of the SDK clients alone. Printed, never asserted: it is a time. */
export const loadBudget = 1.25;

const simulated: FunctionId[] = ['SandboxApi', 'SandboxWork'];
const node = join(root, 'node_modules', 'node', 'bin', 'node');
const run = promisify(execFile);

/** The names that a source file imports from each AWS package; types are none. */
function awsImports(file: string): [string, string[]][] {
  const source = readFileSync(join(root, file), 'utf8');
  const found = source.matchAll(/^import \{([^}]*)\} from '(@aws-sdk\/[^']+)';/gm);
  return [...found].map(([, names = '', from = '']) => [
    from,
    names
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name && !name.startsWith('type ')),
  ]);
}

/** A module that imports what these files import from AWS, makes each client, and keeps the rest. */
function clientsAlone(files: string[]): string {
  const names = new Map<string, Set<string>>();
  for (const [from, imported] of files.flatMap(awsImports)) {
    names.set(from, new Set([...(names.get(from) ?? []), ...imported]));
  }
  const made = (name: string): string => {
    if (name === 'DynamoDBDocumentClient') return `${name}.from(new DynamoDBClient({}))`;
    return name.endsWith('Client') ? `new ${name}({})` : name;
  };
  const kept = [...names.values()].flatMap((each) => [...each]);
  const imports = [...names].map(([from, each]) => `import { ${[...each].join(', ')} } from '${from}';`);
  return `${imports.join('\n')}\nexport const kept = [${kept.map(made).join(', ')}];`;
}

/** Bundled as infra/bundle.ts bundles the functions. */
async function bundleClients(id: FunctionId, files: string[], folder: string): Promise<string> {
  const outfile = join(folder, id, 'clients.mjs');
  await build({
    stdin: { contents: clientsAlone(files), resolveDir: root },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  });
  return outfile;
}

async function importMilliseconds(file: string): Promise<number> {
  const script = `const before=process.cpuUsage();await import(${JSON.stringify(file)});const{user,system}=process.cpuUsage(before);process.stdout.write(String((user+system)/1000))`;
  const env = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  const { stdout } = await run(node, ['--input-type=module', '--eval', script], { env });
  return Number(stdout);
}

export const median = (values: number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
};

const kilobytes = (file: string): number => statSync(file).size / 1024;

/**
 * Measures every function of the product.
 * @param rounds samples of each side.
 */
export async function measureLoad(
  folder: string,
  rounds: number,
  tell: (detail: string) => void,
): Promise<Load[]> {
  const { metafile } = bundleAll(folder);
  const loads: Load[] = [];
  for (const [output, { inputs }] of Object.entries(metafile?.outputs ?? {})) {
    const id = output.split('/').at(-2) as keyof typeof entries;
    if (simulated.includes(id)) continue;
    tell(id);
    const own = Object.keys(inputs).filter((file) => file.startsWith('functions/'));
    const files = [join(root, output), await bundleClients(id, own, folder)] as const;
    const samples: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      samples[0].push(await importMilliseconds(files[0]));
      samples[1].push(await importMilliseconds(files[1]));
    }
    const pairs = samples[0].map((own, round) => own / (samples[1][round] ?? own));
    loads.push({
      id,
      kilobytes: kilobytes(files[0]),
      sdkKilobytes: kilobytes(files[1]),
      milliseconds: median(samples[0]),
      sdkMilliseconds: median(samples[1]),
      ratio: median(pairs),
    });
  }
  return loads;
}
