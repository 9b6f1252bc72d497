/**
 * The stand-in for AWS in a process of its own, so that its work is not done by the process that holds the clock.
 * Started by stand-in-link.ts: gets a world, then requests; answers each with one message.
 */
import { startStandIn } from '../sandbox/aws/stand-in.ts';
import type { World } from '../sandbox/aws/world.ts';
import type { Answer, Request } from './stand-in-link.ts';

const send = (answer: Answer): void => {
  process.send?.(answer);
};

process.once('message', async (world: World) => {
  const standIn = await startStandIn(world);
  let endDelay = (): void => {};
  let cpu = process.cpuUsage();
  process.on('message', (request: Request) => {
    if (request.kind === 'latency') {
      endDelay();
      const { milliseconds } = request;
      endDelay = milliseconds > 0 ? standIn.fault({ kind: 'delay', milliseconds }) : () => {};
      return send({ kind: 'done' });
    }
    if (request.kind === 'begin') {
      standIn.calls.length = 0;
      cpu = process.cpuUsage();
      return send({ kind: 'done' });
    }
    const { user, system } = process.cpuUsage(cpu);
    const refused = standIn.calls.filter(({ status }) => status !== 200).length;
    send({ kind: 'usage', calls: standIn.calls.length, refused, cpuMs: (user + system) / 1000 });
  });
  process.once('disconnect', () => standIn.close());
  const { httpUrl, proxyUrl, caFile } = standIn;
  send({ kind: 'ready', httpUrl, proxyUrl, caFile });
});
