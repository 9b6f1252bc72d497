/** The netrc for the clients that take their tokens from one: pip, and all that is built on requests. */

import { writeNetrc } from '../formats/netrc-text.ts';
import { decode } from '../machine/user-file.ts';
import type { Client } from './client.ts';

export const netrc: Client = ({ indexes, machine, pathOf }) => {
  const { texts, encoding } = decode(machine.netrc ? [machine.netrc] : []);
  // Python (3.10 on) reads UTF-8, else the locale's encoding, which is the same nearly everywhere; pip ends in a traceback.
  const isUtf8 = encoding === 'utf8';
  const { text, replaced, unreadable } = writeNetrc(indexes.hosts, isUtf8 ? texts[0] : undefined);
  // What an earlier step of this job wrote is no news to the user.
  const told = machine.netrc?.path === pathOf('netrc') ? [] : replaced;
  return {
    files: [{ name: 'netrc', bytes: Buffer.from(text) }],
    // requests (2.34) takes an empty NETRC for a file that is not there, and looks nowhere else.
    variables: [{ name: 'NETRC', value: pathOf('netrc'), neutral: machine.homeNetrc }],
    notes: told.map((host) => `netrc: the entry for ${host} in ${machine.netrc?.path} does not apply in this job.`),
    warnings:
      unreadable || !isUtf8
        ? [
            `netrc: ${machine.netrc?.path} is left out for this job, because Python cannot read it: it has a word out of ` +
              'place, a macdef without an empty line behind it, or a byte that is not UTF-8.',
          ]
        : [],
  };
};
