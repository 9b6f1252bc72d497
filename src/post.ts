/** Entry of the post step. */
import { cleanUp } from './clean-up.ts';
import { warning, warningOfNode } from './github/log.ts';
import { holdToTheEnd } from './github/process-end.ts';
import { hearStandardError, silenceStandardError } from './github/standard-error.ts';
import { limitTime } from './github/time-limit.ts';
import { describeError } from './messages/wording.ts';

const tell = (error: unknown) => warning(`Not everything could be cleaned up: ${describeError(error)}`);
silenceStandardError();
const done = holdToTheEnd(tell);
hearStandardError({
  onWarning: warningOfNode,
  onError: (error) => {
    done();
    tell(error);
  },
});
await cleanUp(limitTime);
done();
