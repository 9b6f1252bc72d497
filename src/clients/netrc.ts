/** The netrc for the clients that take their tokens from one: pip, and all that is built on requests. */
import { decode } from '../machine.ts';
import { writeNetrc } from '../netrc.ts';
import type { Client } from './client.ts';

export const netrc: Client = ({ indexes, machine, pathOf }) => {
  if (indexes.hosts.length === 0) return {};
  const { texts, encoding } = decode(machine.netrc ? [machine.netrc] : []);
  const { text, replaced, unreadable } = writeNetrc(indexes.hosts, texts[0]);
  return {
    files: [{ name: 'netrc', bytes: Buffer.from(text, encoding) }],
    // requests (2.34) takes an empty NETRC for a file that is not there, and looks nowhere else.
    variables: [{ name: 'NETRC', value: pathOf('netrc'), neutral: machine.homeNetrc }],
    notes: replaced.map((host) => `netrc: the entry for ${host} in ${machine.netrc?.path} does not apply in this job.`),
    warnings: unreadable
      ? [
          `netrc: ${machine.netrc?.path} is left out for this job, because Python cannot read it: it has a word out of place or a macdef without an empty line behind it.`,
        ]
      : [],
  };
};
