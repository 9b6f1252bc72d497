/** The licences of what is bundled. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is read of package-lock.json, and of a package.json. */
interface Lock {
  readonly packages: Record<string, { readonly dev?: boolean; readonly optional?: boolean; readonly license?: string }>;
}

/**
 * Every package that is installed to run the action, with its licence; those with the same text share it. A few of them
 * do not get into the bundle, which is no harm.
 * @param root the folder of package-lock.json and node_modules
 * @throws where a package names no licence
 */
export function licencesOf(root: string): string {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
  const packages = Object.entries(lock.packages)
    .filter(([path, { dev, optional }]) => path !== '' && !dev && !optional)
    .map(([path, { license }]) => {
      const name = path.replace(/^.*node_modules\//, '');
      if (license === undefined) throw new Error(`${name} names no licence.`);
      return { name: `${name} (${license})`, text: textOf(join(root, path)) };
    });
  return [...Map.groupBy(packages, ({ text }) => text)]
    .map(([text, same]) => `${same.map(({ name }) => name).join('\n')}\n\n${text}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/** Blanks at the ends of lines differ between equal licences. */
function textOf(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e(\.|$)/i.test(name));
  if (file === undefined) return 'The package has no file with the text of its licence.';
  return readFileSync(join(folder, file), 'utf8')
    .replace(/[ \t\r]+$/gm, '')
    .trim();
}
