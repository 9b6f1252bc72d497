/**
 * Builds dist/ from src/: `build.ts`; or, with `--check`, says whether the committed dist/ is what src/ builds.
 * tsc turns TypeScript into lib/, ncc bundles each entry with its dependencies into one minified file, without what
 * tsconfig.json leads to stubs/; then the modules that run at every start are marked for V8.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { markEagerModules } from './eager-modules.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ENTRIES = ['main', 'post'];

function node(script: string, ...args: string[]): void {
  execFileSync(process.execPath, [join(ROOT, 'node_modules', script), ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function build(folder: string): void {
  rmSync(join(ROOT, 'lib'), { recursive: true, force: true });
  node('typescript/bin/tsc', '-p', 'tsconfig.build.json');
  for (const entry of ENTRIES) {
    node(
      '@vercel/ncc/dist/ncc/cli.js',
      'build',
      join('lib', `${entry}.js`),
      '-o',
      join(folder, entry),
      '--minify',
      '--license',
      'licenses.txt',
    );
    markEagerModules(join(folder, entry, 'index.js'));
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
build(fresh);
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
