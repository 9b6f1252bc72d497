/** Entry of the post step. */
import { cleanUp } from './clean-up.ts';
import { warning, warningOfNode } from './github/log.ts';
import { hearStandardError, silenceStandardError } from './github/standard-error.ts';
import { limitTime } from './github/time-limit.ts';
import { describeError } from './messages/wording.ts';

silenceStandardError();
hearStandardError({
  onWarning: warningOfNode,
  onError: (error) => warning(`Not everything could be cleaned up: ${describeError(error)}`),
});
await cleanUp(limitTime);
