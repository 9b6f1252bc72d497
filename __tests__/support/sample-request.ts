import { planTokenRequests, type TokenRequest } from '../../src/access/token-request.ts';
import { readKeyringrc } from '../../src/keyringrc/keyringrc.ts';
import { sampleInputs } from './sample-inputs.ts';
import { machineWith, sampleDisk } from './sample-machine.ts';

/** The request for one repository, with the default chain unless said otherwise; `file` is a keyringrc.cfg. */
export function sampleRequest(more: Partial<TokenRequest> = {}, file = ''): TokenRequest {
  const content = file === '' ? undefined : { name: 'keyringrc.cfg', content: readKeyringrc(file) };
  const [planned] = planTokenRequests(sampleInputs(), content, machineWith({}), sampleDisk()).requests;
  if (planned === undefined) throw new Error('one repository gives one request');
  return { ...planned, ...more };
}
