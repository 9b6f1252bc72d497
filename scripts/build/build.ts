/**
 * Builds dist/ from src/: `build.ts`; or, with `--check`, says whether the committed dist/ is what src/ builds.
 * tsc turns TypeScript into lib/, ncc bundles each entry with its dependencies, with stubs/ in the place of what is never
 * reached, and with the AWS SDK's ES modules, of which only what is used gets in; terser makes the files small; then the
 * modules that run at every start are marked for V8.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minify } from 'terser';
import { markEagerModules } from './eager-modules.ts';
import { esModulePaths } from './es-module-paths.ts';
import { licencesOf } from './licences.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ENTRIES = ['main', 'post'];

/** What stands in the bundle for a module: the stub says why. */
const STUBS = { undici: '../stubs/undici.js' };

function node(cwd: string, script: string, ...args: string[]): void {
  execFileSync(process.execPath, [join(ROOT, 'node_modules', script), ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function build(folder: string): Promise<void> {
  const lib = join(ROOT, 'lib');
  rmSync(lib, { recursive: true, force: true });
  node(ROOT, 'typescript/bin/tsc', '-p', 'tsconfig.build.json');
  // ncc looks here for where imports lead.
  const paths = { ...esModulePaths(join(ROOT, 'node_modules'), '../node_modules'), ...STUBS };
  const list = Object.entries(paths).map(([name, path]) => [name, [path]]);
  writeFileSync(
    join(lib, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { baseUrl: '.', paths: Object.fromEntries(list) } }),
  );
  for (const entry of ENTRIES) {
    node(lib, '@vercel/ncc/dist/ncc/cli.js', 'build', `${entry}.js`, '-o', join(folder, entry));
    writeFileSync(join(folder, entry, 'licenses.txt'), licencesOf(ROOT));
    await minifyFiles(join(folder, entry));
    markEagerModules(join(folder, entry, 'index.js'));
  }
}

/**
 * The first file, and those that are imported on demand. What is never called is dropped, which ncc's own minifier leaves
 * in; nothing else is rearranged. Names of classes and functions stay, since errors and the SDK use them.
 */
async function minifyFiles(folder: string): Promise<void> {
  for (const name of readdirSync(folder).filter((file) => /^(\d+\.)?index\.js$/.test(file))) {
    const path = join(folder, name);
    const { code } = await minify(readFileSync(path, 'utf8'), {
      module: true,
      compress: { defaults: false, unused: true, dead_code: true, side_effects: true, passes: 3 },
      mangle: true,
      keep_classnames: true,
      keep_fnames: true,
    });
    if (!code) throw new Error(`${path} came out empty.`);
    writeFileSync(path, code);
  }
}

function filesOf(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length + 1), readFileSync(path, 'utf8')];
    }),
  );
}

const dist = join(ROOT, 'dist');
const fresh = join(mkdtempSync(join(tmpdir(), 'build-')), 'dist');
await build(fresh);
const built = filesOf(fresh);
if (process.argv.includes('--check')) {
  const committed = filesOf(dist);
  const names = new Set([...built.keys(), ...committed.keys()]);
  const differing = [...names].filter((name) => built.get(name) !== committed.get(name));
  if (differing.length > 0) {
    console.error(`dist/ is not what src/ builds: ${differing.join(', ')}; run npm run build and commit it.`);
    process.exitCode = 1;
  } else console.log(`dist/ is what src/ builds (${built.size} files).`);
} else {
  rmSync(dist, { recursive: true, force: true });
  cpSync(fresh, dist, { recursive: true });
  for (const [name, text] of built) console.log(`dist/${name}: ${Buffer.byteLength(text)} bytes`);
}
