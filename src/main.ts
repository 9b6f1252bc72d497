/** Entry of the main step. */

import { leaveOutWebStreams } from './aws/web-streams.ts';
import { endSoon } from './github/process-end.ts';
import { run } from './run.ts';

leaveOutWebStreams();
await run();
endSoon();
