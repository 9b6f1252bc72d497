/** The memory of a long list. On Linux, where the system counts the memory of the program alone. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { repositoryUrl } from '../../sandbox/aws/world.ts';
import { ENDLESS, serveRaw } from '../support/raw-server.ts';
import { type Stage, setStage } from '../support/stage.ts';

const PRELOAD = fileURLToPath(new URL('../../bench/peak-memory.cjs', import.meta.url));
const DOMAINS = Array.from({ length: 300 }, (_, index) => ({
  name: `domain-${index}`,
  owner: '111122223333',
  region: 'us-east-1',
  repositories: [{ name: `repository-${index}`, packages: [] }],
}));

let stage: Stage;
beforeAll(async () => {
  stage = await setStage({}, (world) => world.domains.push(...DOMAINS));
  stage.acmeUser.allow.push({ action: '*', resource: '*' });
});
afterAll(() => stage.standIn.close());

/** A step that needs a token for each of 300 domains. @returns it, and the peak of its memory in MiB */
async function runWithMany(variables: Record<string, string> = {}) {
  await using job = await stage.startJob();
  const file = join(job.folder, 'peak');
  const repositories = DOMAINS.map((domain) => repositoryUrl(domain, domain.repositories[0]?.name ?? '')).join('\n');
  const env = { NODE_OPTIONS: `--require=${JSON.stringify(PRELOAD)}`, PEAK_MEMORY_FILE: file, ...variables };
  const step = await job.action({ repositories, 'profile-name': 'acme', 'token-duration': '900' }, { env });
  return { step, peak: Number(readFileSync(file, 'utf8')) / 1024 / 1024 };
}

test('300 domains, over TLS, with a CA bundle: under 110 MiB', async () => {
  const { step, peak } = await runWithMany();
  expect(step.outcome).toBe('success');
  if (process.platform === 'linux') expect(peak).toBeLessThan(110);
}, 60_000);

test('300 answers without end: under 150 MiB', async () => {
  await using server = await serveRaw(ENDLESS[0]?.[1] ?? (() => {}));
  const { step, peak } = await runWithMany({ AWS_ENDPOINT_URL_CODEARTIFACT: server.url });
  expect(step.annotations[0]?.message).toMatch(/^300 problems:\n1\. .*more than 128 KiB/);
  if (process.platform === 'linux') expect(peak).toBeLessThan(150);
}, 60_000);
