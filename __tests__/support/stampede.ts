/**
 * As many jobs as its first argument says, each with clients and waits of its own, ask for a token at once, in one
 * process because so many would not fit on a small machine. Says on standard error how many got one, and how long all
 * took.
 */
import { openCodeArtifact } from '../../src/aws/codeartifact.ts';
import { readMachine } from '../../src/machine/machine.ts';
import { readRepositories } from '../../src/repositories/repository.ts';

const [count, url = ''] = process.argv.slice(2);
const [repository] = readRepositories(url);
if (!repository) throw new Error('no repository');
const choice = { label: '', line: undefined, score: 0, why: '', options: new Map() };
const request = {
  repository,
  choice,
  identity: { kind: 'source', source: { kind: 'default-chain' } },
  duration: 900,
  verify: true,
} as const;

const started = performance.now();
const results = await Promise.allSettled(
  Array.from({ length: Number(count) }, () => openCodeArtifact(readMachine()).fetchToken(request)),
);
const served = results.filter(({ status }) => status === 'fulfilled').length;
process.stderr.write(JSON.stringify({ served, seconds: (performance.now() - started) / 1000 }));
// The bounds of those that were served would keep the process for a minute; nothing more is said here.
process.exit(0);
