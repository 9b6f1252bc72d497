import { CodeartifactClient } from '@aws-sdk/client-codeartifact';
import { STSClient } from '@aws-sdk/nested-clients/sts';
import { describe, expect, test } from '@jest/globals';
import { codeartifactUrl, firstUrls, stsRegion, stsUrl } from '../../../src/aws/hosts.ts';

const REGIONS = ['us-east-1', 'us-west-2', 'eu-central-1', 'ap-southeast-2', 'us-gov-west-1'];

describe('the hosts are those of the AWS SDK', () => {
  test.each(REGIONS.flatMap((region) => [[region, false] as const, [region, true] as const]))(
    'CodeArtifact in %s, dual-stack %s',
    (region, dualStack) => {
      const { config } = new CodeartifactClient({ region });
      const { url } = config.endpointProvider({ Region: region, UseDualStack: dualStack, UseFIPS: false });
      expect(new URL(codeartifactUrl({ region, dualStack }, {})).href).toBe(url.href);
    },
  );

  test.each(REGIONS)('STS in %s', (region) => {
    const { config } = new STSClient({ region });
    const { url } = config.endpointProvider({
      Region: region,
      UseDualStack: false,
      UseFIPS: false,
      UseGlobalEndpoint: false,
    });
    expect(new URL(stsUrl(region, {})).href).toBe(url.href);
  });

  test('a variable for the service comes before the one for all', () => {
    const all = { AWS_ENDPOINT_URL: 'https://all.example' };
    const place = { region: 'us-east-1', dualStack: true };
    expect([codeartifactUrl(place, all), stsUrl('us-east-1', all)]).toEqual([
      all.AWS_ENDPOINT_URL,
      all.AWS_ENDPOINT_URL,
    ]);
    const own = {
      ...all,
      AWS_ENDPOINT_URL_CODEARTIFACT: 'https://one.example',
      AWS_ENDPOINT_URL_STS: 'https://two.example',
    };
    expect([codeartifactUrl(place, own), stsUrl('us-east-1', own)]).toEqual([
      'https://one.example',
      'https://two.example',
    ]);
  });

  test('the region of STS', () => {
    const place = { region: 'us-east-1', dualStack: false };
    expect(stsRegion(place, {})).toBe('us-east-1');
    expect(stsRegion(place, { AWS_DEFAULT_REGION: 'eu-west-1' })).toBe('eu-west-1');
    expect(stsRegion(place, { AWS_DEFAULT_REGION: 'eu-west-1', AWS_REGION: 'eu-west-2' })).toBe('eu-west-2');
  });
});

describe('the first hosts of a step', () => {
  test.each([
    [
      'a URL',
      'team=https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/team/',
      'us-east-1.amazonaws.com',
    ],
    ['an ARN', 'arn:aws:codeartifact:eu-west-1:111122223333:repository/acme/team', 'eu-west-1.amazonaws.com'],
    ['a dual-stack host', 'https://acme-111122223333.codeartifact.us-east-1.on.aws/pypi/team/', 'us-east-1.api.aws'],
    [
      'a VPC endpoint',
      'https://vpce-0a1b.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d/acme-111122223333/team/',
      'us-east-1.amazonaws.com',
    ],
  ])('%s', (_, text, host) => {
    expect(firstUrls(text, {})).toEqual([`https://codeartifact.${host}`]);
  });

  test('each once, GitHub before them', () => {
    const url = (region: string) => `https://acme-111122223333.d.codeartifact.${region}.amazonaws.com/pypi/team/`;
    const text = `${url('us-east-1')}\n${url('eu-west-1')}\n${url('us-east-1')}`;
    const environment = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://run.actions.githubusercontent.com/x' };
    expect(firstUrls(text, environment)).toEqual([
      'https://run.actions.githubusercontent.com/x',
      'https://codeartifact.us-east-1.amazonaws.com',
      'https://codeartifact.eu-west-1.amazonaws.com',
    ]);
  });

  test.each([
    '',
    'https://example.org/',
    'https://codeartifact.us-east-1.amazonaws.com.evil.example/',
    'https://x.codeartifact.evil.example/',
    'https://x.codeartifact.us-east-1.amazonaws.com.evil.example/',
    'https://x.codeartifact.us-east-1.on.aws.evil.example/',
  ])('none in %j', (text) => {
    expect(firstUrls(text, {})).toEqual([]);
  });
});
