/**
 * The benchmark, `npm run bench`: the committed action against what else does its job, in pairs, on this machine.
 * Ratios can be compared between days and machines; milliseconds cannot.
 */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { bundleSizes, entrySizes } from './bundle-sizes.ts';
import { action, DIST, peakMemory } from './contestants.ts';
import { findOpponents, type Networks } from './opponents.ts';
import { readOptions } from './options.ts';
import { BUNDLE_GOAL, GROWTH_GOAL, LATENCY, MEMORY_GOAL, planSizes, type Size } from './plan.ts';
import { createReferee } from './referee.ts';
import { linkStandIn } from './stand-in-link.ts';
import { figureRow, HEADING, matchRow, verdict } from './table.ts';
import { benchWorld } from './world.ts';

/** Milliseconds after which no further pair begins. */
const TIME = { full: 530_000, quick: 70_000 };

const options = readOptions(process.argv.slice(2));
const world = benchWorld();
const { one, five, twenty, shared } = planSizes(world, options.quick);
const { opponents, leftOut } = await findOpponents(options);
const standIn = await linkStandIn(world.world);
const { http, tls } = networks();
const referee = createReferee(standIn, performance.now() + (options.quick ? TIME.quick : TIME.full));

try {
  describeMachine();
  await warmUp();
  await round(0);
  print(`\nHTTPS through a proxy, latency 0 ms\n${HEADING}`);
  await meet(one, tls, false);
  await round(LATENCY);
  await showMemory();
  showSizes();
  print(`\nLoad of the machine at the end: ${loadavg()[0]?.toFixed(1)}.`);
} finally {
  standIn.close();
}

/** All sizes over HTTP. @param latency milliseconds that the stand-in waits before it answers */
async function round(latency: number): Promise<void> {
  await standIn.setLatency(latency);
  print(`\nHTTP, latency ${latency} ms\n${HEADING}`);
  for (const size of [one, five, twenty, shared]) await meet(size, http, latency === 0);
  await grow(latency === 0 ? GROWTH_GOAL : undefined);
}

/** How the contestants reach the stand-in. */
function networks(): { http: Networks; tls: Networks } {
  const { accessKeyId, secretAccessKey } = world.user;
  const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const plain = { ...keys, AWS_ENDPOINT_URL_CODEARTIFACT: standIn.httpUrl };
  const proxied = { ...keys, HTTPS_PROXY: standIn.proxyUrl };
  return {
    http: { node: plain, python: plain },
    tls: {
      node: { ...proxied, NODE_EXTRA_CA_CERTS: standIn.caFile },
      python: { ...proxied, AWS_CA_BUNDLE: standIn.caFile },
    },
  };
}

function describeMachine(): void {
  const processor = `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown processor'}`;
  print(`Node ${process.version}, ${process.platform} ${process.arch}, ${processor}, load ${loadavg()[0]?.toFixed(1)}`);
  print("Pairs A B A B; a ratio is the median of the pairs' ratios, below 1 where the action is faster.");
  for (const { name, reason } of leftOut) print(`Left out: ${name}. ${reason}`);
}

/** Reads each program from the disk once, and lets the stand-in's code get warm. */
async function warmUp(): Promise<void> {
  for (const { contestant } of opponents) await referee.warmUp(contestant(one.targets, http));
  for (let time = 0; time < 5; time++) await referee.warmUp(action(DIST, twenty.targets, http.node));
}

/** The action against every opponent. */
async function meet(size: Size, network: Networks, judged: boolean): Promise<void> {
  const left = action(DIST, size.targets, network.node);
  for (const { key, name, contestant } of opponents) {
    const pairs = size.pairs[key];
    if (pairs === 0) continue;
    const match = await referee.match(left, contestant(size.targets, network), pairs);
    print(matchRow(size.name, name, match, judged && key !== 'build' ? size.goals[key] : undefined));
  }
}

/** The action with 20 repositories against itself with one. */
async function grow(goal: number | undefined): Promise<void> {
  const [left, right] = [twenty, one].map(({ targets }) => action(DIST, targets, http.node));
  if (left && right) {
    print(matchRow(twenty.name, one.name, await referee.match(left, right, twenty.pairs.build * 2 + 1), goal));
  }
}

async function showMemory(): Promise<void> {
  print('\nPeak of resident memory (untimed runs)');
  for (const { name, targets } of [one, twenty]) {
    const bytes = await peakMemory(DIST, targets, http.node);
    print(figureRow(name, mebibytes(bytes), verdict(bytes, MEMORY_GOAL, mebibytes(MEMORY_GOAL))));
  }
}

function showSizes(): void {
  print('\nJavaScript in dist/');
  const sizes = bundleSizes(DIST);
  for (const { name, bytes, gzipped } of sizes) {
    print(figureRow(name, `${bytes} bytes`, '', `${gzipped} bytes after gzip -9`));
  }
  for (const [entry, bytes] of entrySizes(sizes)) {
    print(figureRow(`${entry}, whole`, `${bytes} bytes`, verdict(bytes, BUNDLE_GOAL, `${BUNDLE_GOAL} bytes`)));
  }
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
