/** Entry of the main step. */
import { removeWebStreams } from './aws/web-streams.ts';
import { endSoon } from './github/process-end.ts';
import { run } from './run.ts';

removeWebStreams();
await run();
endSoon();
