/** Things that are made once and used by all who need the same. */

/** @returns what `make` gives for an input; inputs with equal keys share it */
export function remember<In, Out>(key: (input: In) => string, make: (input: In) => Out): (input: In) => Out {
  const made = new Map<string, Out>();
  return (input) => {
    const id = key(input);
    const known = made.get(id);
    if (known !== undefined) return known;
    const fresh = make(input);
    made.set(id, fresh);
    return fresh;
  };
}
