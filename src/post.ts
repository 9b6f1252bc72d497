/** Entry of the post step. */
import { cleanUp } from './clean-up.ts';
import { limitTime } from './github/time-limit.ts';

await cleanUp(limitTime);
