/** The licences of the packages in the bundle. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The fields of package-lock.json that matter here. */
interface Lock {
  readonly packages: Record<string, { readonly dev?: boolean; readonly optional?: boolean; readonly license?: string }>;
}

/**
 * All packages that the action needs at run time, with their licences; packages with the same text share it. A few of
 * them do not get into the bundle, which does no harm.
 *
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

/** Without the spaces at the ends of lines, in which equal licences differ. */
function textOf(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e(\.|$)/i.test(name));
  if (file === undefined) return 'The package has no file with the text of its licence.';
  return readFileSync(join(folder, file), 'utf8')
    .replace(/[ \t\r]+$/gm, '')
    .trim();
}
