/**
 * Entry of the main step: opens the first connections, and loads the rest meanwhile, in pieces, so that the connections
 * get their turn in between.
 */
import { setImmediate } from 'node:timers/promises';
import { dialFirst } from './aws/dial-first.ts';
import { removeWebStreams } from './aws/web-streams.ts';
import { unexpected } from './github/log.ts';
import { endSoon, keepStandardErrorEmpty } from './github/process-end.ts';
import { closeUnused } from './machine/early-connections.ts';
import { readMachine } from './machine/machine.ts';

keepStandardErrorEmpty((error) => {
  unexpected(error);
  endSoon();
});
removeWebStreams();
dialFirst(readMachine());
await setImmediate();
await import('node:https');
await setImmediate();
const { run } = await import('./run.ts');
await setImmediate();
await run();
closeUnused();
endSoon();
