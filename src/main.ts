/** Entry of the main step. */
import { removeWebStreams } from './aws/web-streams.ts';
import { unexpected } from './github/log.ts';
import { endSoon, keepStandardErrorEmpty } from './github/process-end.ts';
import { run } from './run.ts';

keepStandardErrorEmpty((error) => {
  unexpected(error);
  endSoon();
});
removeWebStreams();
await run();
endSoon();
