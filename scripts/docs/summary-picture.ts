/**
 * Draws docs/images/job-summary.png: the job summary of a real run of dist/ in the sample world as GitHub shows it, in
 * light and folded, and in dark and unfolded. Needs Chromium on the PATH: `chromium`, `chromium-browser` or
 * `google-chrome`.
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
const WIDTH = 940;
/** Pixels of the picture for each of those: enough to read, and below 150 kB. */
const SCALE = 1.1;

const KEYRINGRC = `[codeartifact]
token_duration = 1800

[codeartifact account="111122223333"]
role_arn = arn:aws:iam::111122223333:role/publisher

[codeartifact domain="acme-labs" region="eu-central-1"]
role_arn = arn:aws:iam::444455556666:role/publisher
`;

/** GitHub's own rules for Markdown (github-markdown-css 5), as far as a summary has what they are for. */
const STYLE = `
  body { margin: 0; font: 14px/1.5 'Liberation Sans', 'DejaVu Sans', sans-serif; }
  section { padding: 16px; color: var(--text); background: var(--page); }
  .light { --text: #1f2328; --page: #fff; --line: #d1d9e0; --stripe: #f6f8fa; --code: #818b981f; }
  .dark { --text: #f0f6fc; --page: #0d1117; --line: #3d444d; --stripe: #151b23; --code: #656c7633; }
  table { display: block; width: max-content; max-width: 100%; border-spacing: 0; border-collapse: collapse; }
  table, ul, details { margin: 0 0 16px; }
  details { margin: 0; }
  ul { padding-left: 2em; margin: 8px 0 0; }
  li + li { margin-top: 4px; }
  th, td { padding: 6px 13px; border: 1px solid var(--line); text-align: left; }
  th { font-weight: 600; }
  tr:nth-child(2n) { background: var(--stripe); }
  code { padding: .2em .4em; border-radius: 6px; background: var(--code); font: 85% 'Liberation Mono', monospace; }
`;

const folder = await mkdtemp(join(tmpdir(), 'picture-'));
try {
  const page = join(folder, 'summary.html');
  const script = 'document.body.dataset.height = document.documentElement.offsetHeight';
  const head = `<!doctype html><meta charset="utf-8"><style>${STYLE}</style>`;
  const folded = await summary();
  const open = folded.replace('<details>', '<details open>');
  const sections = `<section class="light">${folded}</section><section class="dark">${open}</section>`;
  await writeFile(page, `${head}<body onload="${script}">${sections}`);
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
