/**
 * The benchmark, `npm run bench`: compares the committed action with other ways to the same tokens, in pairs, on this
 * machine. Compare ratios between days and machines; milliseconds cannot be compared.
 */
import type { World } from '../sandbox/aws/world.ts';
import { createJourneys, type Journey, JUDGED, ROUND_TRIPS } from './journeys.ts';
import { formsOfBuild, MASK_HEADING, maskRows } from './masks.ts';
import { readOptions } from './options.ts';
import { POST_GOAL, post } from './post.ts';
import { action, DIST, emptyNode, findPeers, type Network, type Program } from './programs.ts';
import { forkRelay } from './relay.ts';
import { bundleRows, comparisonRow, HEADING, loadLine, machineLine, memoryRow } from './report.ts';
import { forkStandIn } from './stand-in.ts';
import { createTimer, peakMemory } from './timer.ts';
import { createWorkloads, GROWTH_GOAL, LATENCY, MEMORY_GOAL, type Workload } from './workloads.ts';

/** Milliseconds after which no further pair begins. */
const TIME = { full: 900_000, quick: 130_000 };
/** Pairs of a journey with its floor or another build, and with the other programs, which are slow. */
const JOURNEY_PAIRS = { full: { floor: 15, others: 3 }, quick: { floor: 5, others: 1 } };

const options = readOptions(process.argv.slice(2));
const { world, user, one, five, twenty, shared, hundred } = createWorkloads(options.quick);
const { journeys, world: far } = createJourneys();
const { peers, leftOut } = await findPeers(options);
const standIn = await forkStandIn(joinWorlds(world, far));
const relay = await forkRelay(standIn.securePort, 3);
const { http, tls } = networks();
const timer = createTimer(standIn, performance.now() + (options.quick ? TIME.quick : TIME.full));

try {
  print(machineLine());
  print("Pairs A B A B; a ratio is the median of the pairs' ratios, below 1 where the action is faster.");
  for (const { name, reason } of leftOut) print(`Left out: ${name}. ${reason}`);
  if (options.parts.includes('local')) await compareLocally();
  if (options.parts.includes('network')) await compareOverNetworks();
  print(`\nLoad of the machine at the end: ${loadLine()}.`);
} finally {
  relay.close();
  standIn.close();
}

function joinWorlds(one: World, other: World): World {
  return {
    identities: [...one.identities, ...other.identities],
    roles: [...one.roles, ...other.roles],
    domains: [...one.domains, ...other.domains],
  };
}

async function compareLocally(): Promise<void> {
  await warmUp();
  print(`\nPost after one repository\n${HEADING}`);
  await comparePost();
  await compareOverHttp(0);
  print(`\nHTTPS through a proxy, latency 0 ms\n${HEADING}`);
  await compareWithPeers(one, tls, false);
  await compareOverHttp(LATENCY);
  print(`\nMasks, which the runner searches each later line of the job for\n${MASK_HEADING}`);
  await printMasks();
  print('\nPeak of resident memory (untimed runs)');
  for (const { name, targets } of [one, twenty, hundred]) {
    print(memoryRow(name, await peakMemory(targets, http.node), name === one.name ? MEMORY_GOAL : undefined));
  }
  print('\nJavaScript in dist/');
  for (const row of bundleRows(DIST)) print(row);
}

/** HTTPS through the relay, a port for each of GitHub, STS and CodeArtifact, as they are hosts of their own. */
async function compareOverNetworks(): Promise<void> {
  for (const roundTrip of ROUND_TRIPS) {
    await relay.setRoundTrip(roundTrip);
    print(`\nHTTPS, round trips of ${roundTrip} ms\n${HEADING}`);
    for (const journey of journeys) await compareJourney(journey, roundTrip);
  }
}

async function compareJourney(journey: Journey, roundTrip: number): Promise<void> {
  const { name, targets, use, roundTrips, goal, login } = journey;
  const network = networkOf(journey);
  const measured = action(DIST, targets, network.node, use);
  for (let time = 0; time < 2; time++) await timer.warmUp(measured);
  const compare = async (peer: Program, pairs: number, goal?: number) =>
    print(comparisonRow(name, peer.name, await timer.compare(measured, peer, pairs), goal));
  const { floor, others } = JOURNEY_PAIRS[options.quick ? 'quick' : 'full'];
  for (const { key, program } of peers) {
    const judged = roundTrip === JUDGED ? goal : undefined;
    if (key === 'node')
      await compare(emptyNode(roundTrips * roundTrip, `node + ${roundTrips} round trips`), floor, judged);
    if (key === 'build') await compare(program(targets, network, use), floor);
    if (key === 'configure' && journey.key === 'oidc') await compare(program(targets, network, use), others);
    if (key === 'login' && login) await compare(program(targets, network, use), others);
  }
}

function networkOf({ variablesOf }: Journey): Network {
  const [codeartifact = '', sts = '', github = ''] = relay.ports.map((port) => `https://localhost:${port}`);
  const variables = variablesOf({ codeartifact, sts, github }, standIn.requestToken);
  return {
    node: { ...variables, NODE_EXTRA_CA_CERTS: standIn.caFile },
    python: { ...variables, AWS_CA_BUNDLE: standIn.caFile },
  };
}

/** Plain HTTP straight to the stand-in, and HTTPS through its proxy. */
function networks(): { http: Network; tls: Network } {
  const { accessKeyId, secretAccessKey } = user;
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

/** Reads each program from the disk once, and warms up the code of the stand-in. */
async function warmUp(): Promise<void> {
  for (const { program } of peers) await timer.warmUp(program(one.targets, http));
  for (let time = 0; time < 5; time++) await timer.warmUp(action(DIST, twenty.targets, http.node));
}

/** All workloads over HTTP. @param latency milliseconds that the stand-in waits before it answers */
async function compareOverHttp(latency: number): Promise<void> {
  await standIn.setLatency(latency);
  print(`\nHTTP, latency ${latency} ms\n${HEADING}`);
  for (const workload of [one, five, twenty, shared, hundred]) await compareWithPeers(workload, http, latency === 0);
  await compareGrowth(latency === 0 ? GROWTH_GOAL : undefined);
}

/** @param judged whether the goals of the workload count */
async function compareWithPeers({ name, targets, pairs, goals }: Workload, network: Network, judged: boolean) {
  for (const { key, program } of peers) {
    if (key === 'configure' || pairs[key] === 0) continue;
    const peer = program(targets, network);
    const comparison = await timer.compare(action(DIST, targets, network.node), peer, pairs[key]);
    print(comparisonRow(name, peer.name, comparison, judged && key !== 'build' ? goals[key] : undefined));
  }
}

/** The action with 20 repositories and with one. */
async function compareGrowth(goal: number | undefined): Promise<void> {
  const [left, right] = [action(DIST, twenty.targets, http.node), action(DIST, one.targets, http.node)];
  print(comparisonRow(twenty.name, one.name, await timer.compare(left, right, twenty.pairs.build * 2 + 1), goal));
}

/** Post with the least that a JavaScript action can cost, and with that of another build. */
async function comparePost(): Promise<void> {
  const own = post(DIST, one.targets, http.node);
  print(comparisonRow('post', 'node -e 0', await timer.compare(own, emptyNode(), one.pairs.node), POST_GOAL));
  if (options.against === undefined) return;
  const other = post(options.against, one.targets, http.node);
  print(comparisonRow('post', 'the other build', await timer.compare(own, other, one.pairs.build), undefined));
}

async function printMasks(): Promise<void> {
  for (const row of maskRows()) print(row);
  const other = options.against === undefined ? undefined : await formsOfBuild(options.against);
  if (other === undefined) return;
  print('  by the other build');
  for (const row of maskRows(other)) print(row);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
