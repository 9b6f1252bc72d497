/** Entry of the main step. */
import { endSoon } from './process-end.ts';
import { run } from './run.ts';

await run();
endSoon();
