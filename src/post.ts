/** Entry of the post step. */
import { cleanUp } from './clean-up.ts';

await cleanUp();
