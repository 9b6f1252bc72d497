/** Entry of the main step. */
import { endSoon } from './process-end.ts';
import { run } from './run.ts';
import { leaveOutWebStreams } from './start-up.ts';

leaveOutWebStreams();
await run();
endSoon();
