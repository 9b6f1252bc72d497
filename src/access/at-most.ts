/** Work that waits for its turn. */

/** @returns the same work, of which at most `most` pieces are under way at once; the others follow in their order */
export function atMost<In, Out>(most: number, work: (input: In) => Promise<Out>): (input: In) => Promise<Out> {
  const queue: (() => void)[] = [];
  let places = most;
  return async (input) => {
    if (places > 0) places -= 1;
    else await new Promise<void>((begin) => queue.push(begin));
    try {
      return await work(input);
    } finally {
      // The place goes to the next one, and is free only where nobody waits.
      const next = queue.shift();
      if (next) next();
      else places += 1;
    }
  };
}
