/** Times contestants against each other, and checks at the stand-in that each did its work. */
import { type Contestant, runOnce } from './contestants.ts';
import { type Comparison, compare, median } from './pairs.ts';
import type { StandInLink, Usage } from './stand-in-link.ts';

/** A comparison, and what it meant for the stand-in. */
export interface Match extends Comparison {
  /** Calls to AWS in a run: left, right. */
  readonly calls: readonly [number, number];
  /** Milliseconds of processor time that the stand-in took for a run of the left side (median). */
  readonly standInMs: number;
}

export interface Referee {
  /** A run that does not count: files and the stand-in's code get warm. */
  warmUp(contestant: Contestant): Promise<void>;
  /** Gives undefined when the benchmark's time is up. */
  match(left: Contestant, right: Contestant, pairs: number): Promise<Match | undefined>;
}

/** @param until when no further pair begins, by `performance.now()` */
export function createReferee(standIn: StandInLink, until: number): Referee {
  const run = async (contestant: Contestant): Promise<{ time: number; usage: Usage }> => {
    await standIn.begin();
    const time = await runOnce(contestant);
    const usage = await standIn.end();
    checkCalls(contestant, usage);
    return { time, usage };
  };

  return {
    async warmUp(contestant) {
      await run(contestant);
    },
    async match(left, right, pairs) {
      if (performance.now() >= until) return undefined;
      const usages: [Usage[], Usage[]] = [[], []];
      const timed = (contestant: Contestant, side: 0 | 1) => async () => {
        const { time, usage } = await run(contestant);
        usages[side].push(usage);
        return time;
      };
      const comparison = await compare(timed(left, 0), timed(right, 1), { pairs, until });
      const calls = (side: 0 | 1) => median(usages[side].map((usage) => usage.calls));
      return { ...comparison, calls: [calls(0), calls(1)], standInMs: median(usages[0].map(({ cpuMs }) => cpuMs)) };
    },
  };
}

/** A run that AWS refused, or that asked more often than it should, is no result. */
function checkCalls({ name, calls: expected }: Contestant, { calls, refused }: Usage): void {
  if (refused > 0) throw new Error(`The stand-in refused ${refused} of ${calls} calls of ${name}.`);
  if (expected !== undefined && calls !== expected) {
    throw new Error(`${name} made ${calls} calls where ${expected} are needed.`);
  }
}
