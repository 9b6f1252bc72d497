/**
 * Entry of the main step: opens the first connections, and loads the rest meanwhile, in pieces, so that the connections
 * get their turn in between.
 */
import { setImmediate } from 'node:timers/promises';
import { dialFirst } from './aws/dial-first.ts';
import { removeWebStreams } from './aws/web-streams.ts';
import { hearStandardError, silenceStandardError } from './github/standard-error.ts';
import { closeUnused } from './machine/early-connections.ts';
import { readMachine } from './machine/machine.ts';

silenceStandardError();
removeWebStreams();
dialFirst(readMachine());
await setImmediate();
await import('node:https');
await setImmediate();
const { unexpected, warningOfNode } = await import(/* webpackChunkName: 'run' */ './github/log.ts');
const { endSoon, holdToTheEnd } = await import(/* webpackChunkName: 'run' */ './github/process-end.ts');
const done = holdToTheEnd(unexpected);
hearStandardError({
  onWarning: warningOfNode,
  onError: (error) => {
    done();
    unexpected(error);
    endSoon();
  },
});
const { run } = await import(/* webpackChunkName: 'run' */ './run.ts');
await setImmediate();
await run();
done();
closeUnused();
endSoon();
