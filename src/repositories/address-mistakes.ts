/** What is wrong with a text that is no address of a repository: a phrase that goes on after the text. Pure. */

/** The form of a repository endpoint. */
export const EXAMPLE = 'https://DOMAIN-ACCOUNT.d.codeartifact.REGION.amazonaws.com/pypi/REPOSITORY/';

const CONSOLE_HELP = 'copy the URL that the AWS console shows under "View connection instructions"';

/** What can be wrong with the signs of a URL; the first that fits speaks. */
const MISTAKES: readonly { readonly when: RegExp; readonly what: string }[] = [
  {
    when: /^https?:\/\/[a-z0-9.-]*console\.(?:aws\.amazon|amazonaws-us-gov)\.com\b/i,
    what: `is the address of the AWS console; ${CONSOLE_HELP}`,
  },
  { when: /^-\s/, what: 'begins with the dash of a YAML list; write one URL a line, without dashes' },
  { when: /["'`]/, what: 'has quotes; remove them' },
  { when: /^[\w.-]+:\s+\S+$/, what: 'has a colon behind the name; write NAME=URL' },
  { when: /\s#/, what: 'has a comment behind the URL; put it on a line of its own' },
  { when: /,/, what: 'has a comma; write one URL a line, without commas' },
  { when: /[\t ]/, what: 'has a space; write one URL a line, without spaces' },
  { when: /\\/, what: 'has a backslash; write "/"' },
  { when: /^http:\/\//i, what: 'begins with http://, which would show the token to others; write https://' },
  { when: /^(?!https:\/\/[^/])/, what: `does not begin with https:// and a host; write ${EXAMPLE}` },
];

/** @returns undefined for visible ASCII that begins with `https://` and more than a slash */
export function describeAddressMistake(text: string): string | undefined {
  const found = MISTAKES.find(({ when }) => when.test(text));
  if (found) return found.what;
  const odd = [...text].find((char) => !/[\x21-\x7e]/.test(char))?.codePointAt(0);
  if (odd === undefined) return undefined;
  const code = odd.toString(16).toUpperCase().padStart(4, '0');
  return `has the character U+${code}, which no URL of AWS has; type it anew`;
}

/** A host that is no domain of CodeArtifact. */
export function describeOtherHost(host: string): string {
  const digits = /^(?!vpce-)[a-z0-9-]+-([0-9]+)\.(?:d\.)?codeartifact\./.exec(host)?.[1];
  if (digits !== undefined && digits.length !== 12) {
    return `has an account of ${digits.length} digits (${digits}); an account has 12`;
  }
  if (/^codeartifact\./.test(host)) return `is that of the API of CodeArtifact, not of a repository; ${CONSOLE_HELP}`;
  if (/^[a-z0-9-]+\.d\.codeartifact\.[^.]+\.on\.aws$/.test(host)) {
    return 'mixes two forms; the one that ends in .on.aws has no ".d." in it';
  }
  if (/^[a-z0-9-]+\.codeartifact\.[^.]+\.amazonaws\.com$/.test(host)) {
    return 'lacks the ".d." before codeartifact; write DOMAIN-ACCOUNT.d.codeartifact.REGION.amazonaws.com';
  }
  return `is not that of a CodeArtifact domain; write ${EXAMPLE} (${CONSOLE_HELP})`;
}

/** The formats of CodeArtifact beside pypi (AWS CodeArtifact user guide, "Supported formats"). */
const FORMATS = ['npm', 'maven', 'nuget', 'generic', 'ruby', 'swift', 'cargo'];

/** A path that is none of a Python repository. */
export function describeOtherPath(path: string): string {
  const [, format = '', name = ''] = path.split('/');
  if (FORMATS.includes(format)) {
    return `is that of the format ${format}; write the one for Python, /pypi/${name || 'REPOSITORY'}/`;
  }
  if (/^\/pypi\/[\w.-]+\/simple\/./.test(path)) return `goes on after /simple/; write /pypi/${name}/`;
  return `is not that of a Python repository; write ${EXAMPLE}`;
}
