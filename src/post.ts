/** Entry of the post step. */
import { cleanUp } from './clean-up.ts';
import { warning } from './github/log.ts';
import { keepStandardErrorEmpty } from './github/process-end.ts';
import { limitTime } from './github/time-limit.ts';
import { describeError } from './messages/wording.ts';

keepStandardErrorEmpty((error) => warning(`Not everything could be cleaned up: ${describeError(error)}`));
await cleanUp(limitTime);
