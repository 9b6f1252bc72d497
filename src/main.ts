/** Entry of the main step. */
import { run } from './run.ts';

await run();
