/** Entry of the main step: opens the first connections, loads the rest meanwhile, and closes what nobody needed. */
import { dialFirst } from './aws/dial-first.ts';
import { removeWebStreams } from './aws/web-streams.ts';
import { endSoon } from './github/process-end.ts';
import { closeUnused } from './machine/early-connections.ts';

removeWebStreams();
dialFirst(process.env);
const { run } = await import('./run.ts');
await run();
closeUnused();
endSoon();
