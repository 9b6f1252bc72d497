/**
 * Draws docs/images/job-summary.png: the job summary of a real run of dist/ in the sample world, in the style of
 * GitHub's tables. Needs Chromium on the PATH: `chromium`, `chromium-browser` or `google-chrome`.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { sampleWorld } from '../../sandbox/aws/sample-world.ts';
import { startStandIn } from '../../sandbox/aws/stand-in.ts';
import { runProgram } from '../../sandbox/programs/run-program.ts';
import { startJob } from '../../sandbox/runner/runner.ts';

const ACTION = fileURLToPath(new URL('../..', import.meta.url));
const PICTURE = join(ACTION, 'docs', 'images', 'job-summary.png');
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];

/** Width of the page in its own pixels. */
const WIDTH = 1100;
/** Pixels of the picture for each of those: enough to read, and below 150 kB. */
const SCALE = 1.25;

const KEYRINGRC = `[codeartifact]
token_duration = 1800

[codeartifact account="111122223333"]
role_arn = arn:aws:iam::111122223333:role/publisher

[codeartifact domain="acme-labs" region="eu-central-1"]
role_arn = arn:aws:iam::444455556666:role/publisher
`;

const STYLE = `
  body { margin: 0; padding: 16px; font: 14px/1.5 'Liberation Sans', 'DejaVu Sans', sans-serif; color: #1f2328; }
  h3 { margin: 0 0 12px; font-size: 18px; }
  table { border-collapse: collapse; }
  th, td { padding: 6px 13px; border: 1px solid #d1d9e0; text-align: left; }
  th { background: #f6f8fa; }
  code { padding: 2px 5px; border-radius: 6px; background: #eff1f3; font: 12px 'Liberation Mono', monospace; }
`;

const folder = await mkdtemp(join(tmpdir(), 'picture-'));
try {
  const page = join(folder, 'summary.html');
  const script = 'document.body.dataset.height = document.documentElement.offsetHeight';
  const head = `<!doctype html><meta charset="utf-8"><style>${STYLE}</style>`;
  await writeFile(page, `${head}<body onload="${script}">${await summary()}`);
  const height = /data-height="(\d+)"/.exec(await browse(page, '--dump-dom'))?.[1];
  if (height === undefined) throw new Error('Chromium did not measure the page.');
  await browse(page, `--screenshot=${PICTURE}`, `--window-size=${WIDTH},${height}`);
  console.log(`${PICTURE}: ${WIDTH} x ${height}, drawn ${SCALE} times as large`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** The summary of one step with three repositories in two accounts, as HTML. */
async function summary(): Promise<string> {
  const { world, urls } = await sampleWorld();
  await using standIn = await startStandIn(world);
  const { requestUrl, requestToken } = standIn.oidc;
  const job = await startJob({
    machine: standIn.clientEnvironment(),
    idToken: { url: requestUrl, token: requestToken },
    repository: 'acme/widgets',
  });
  try {
    await writeFile(join(job.workspace, 'keyringrc.cfg'), KEYRINGRC);
    const repositories = [urls.team, urls.shared, urls.research].join('\n');
    const step = await job.uses(ACTION, { with: { repositories, 'publish-to': 'team' } });
    if (step.outcome !== 'success') throw new Error(`The step failed:\n${step.log.join('\n')}`);
    return step.summary;
  } finally {
    await job.finish();
    await job.remove();
  }
}

/** @returns what the first browser on the PATH prints */
async function browse(page: string, ...options: string[]): Promise<string> {
  const common = [
    '--headless',
    '--hide-scrollbars',
    `--force-device-scale-factor=${SCALE}`,
    `--window-size=${WIDTH},100`,
  ];
  // Chromium has no sandbox for root, and the page is our own.
  const rights = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  for (const browser of BROWSERS) {
    const args = [...common, ...rights, ...options, pathToFileURL(page).href];
    const outcome = await runProgram(browser, args).catch(() => undefined);
    if (outcome?.status === 0) return outcome.stdout;
    if (outcome) throw new Error(`${browser} failed: ${outcome.stderr}`);
  }
  throw new Error(`None of ${BROWSERS.join(', ')} is on the PATH.`);
}
