import { expect, test } from '@jest/globals';
import { lookAtWorkflow } from '../../../src/clients/workflow-look.ts';
import { machineWith, sampleDisk } from '../../support/sample-machine.ts';

const FILE = '.github/workflows/ci.yml';
const REF = `acme/widgets/${FILE}@refs/heads/main`;

const lookAt = (text: string, ref = REF) =>
  lookAtWorkflow(machineWith({ GITHUB_WORKFLOW_REF: ref }), sampleDisk({ [`/w/${FILE}`]: text }));

test.each([
  [
    'sudo pip install acme-tool',
    /^.github\/workflows\/ci\.yml line 2: sudo drops .*, so installs .*; write sudo -E\.$/,
  ],
  ['sudo -H python3 -m pip install acme-tool', /sudo -E/],
  ['sudo apt-get update && sudo uv pip install x', /sudo -E/],
  ['env -i PATH="$PATH" pip install acme-tool', /env -i drops .*; leave out -i\.$/],
  ['docker run --rm python:3.13 pip install acme-tool', /docs\/docker\.md/],
  ['podman run python:3.13 ./install.sh', /docs\/docker\.md/],
  ['docker  run C:\\python python:3.13', /docs\/docker\.md/],
  ['docker run a-e b-v', /docs\/docker\.md/],
  [`sudo pip install ${'x'.repeat(974)}`, /sudo -E/],
])('%s', (line, said) => {
  expect(lookAt(`steps:\n  - run: ${line}\n`)).toEqual([expect.stringMatching(said)]);
});

test.each([
  'sudo -E pip install acme-tool',
  'sudo -HE pip install acme-tool',
  'sudo --preserve-env=PIP_CONFIG_FILE,NETRC pip install acme-tool',
  'sudo apt-get install -y pipewire',
  'env -i ./serve',
  'docker run --env PIP_INDEX_URL -v "$NETRC:/root/.netrc:ro" python:3.13 pip install acme-tool',
  'docker run -e PIP_INDEX_URL python:3.13',
  'docker run -v "$NETRC:/root/.netrc:ro" python:3.13',
  'docker run --rm \\',
  'docker run --rm \\  ',
  'docker build .',
  '# sudo pip install acme-tool',
  '  # sudo pip install acme-tool',
  `sudo pip install ${'x'.repeat(1000)}`,
])('nothing is said of: %s', (line) => {
  expect(lookAt(`${line}\n`)).toEqual([]);
});

test.each([
  '',
  'acme/widgets/.github/workflows/other.yml@x',
  'a/b/.github/workflows/../../x@y',
  'x',
  `x/${REF}`,
  REF.slice(0, -16),
])('no other file than that of the workflow is read: %s', (ref) => {
  expect(lookAt('sudo pip install x', ref)).toEqual([]);
});
