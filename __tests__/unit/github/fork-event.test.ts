import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { describeForkEvent as describeForkEventOn, isForkPullRequest } from '../../../src/github/fork-event.ts';
import type { Environment } from '../../../src/machine/machine.ts';
import { type ForkEvent, forkEvent } from '../../support/fork-event.ts';
import { freshFolder } from '../../support/fresh-folder.ts';

const describeForkEvent = (environment: Environment) => describeForkEventOn({ environment });

const FORK = /^this workflow runs on (pull_request_target|workflow_run) for a fork$/;

describe.each<ForkEvent>(['pull_request_target', 'workflow_run'])('%s', (name) => {
  test('from the repository itself', () => {
    expect(describeForkEvent(forkEvent(name, 1, { id: 1 }))).toBeUndefined();
  });

  test.each<[string, unknown]>([
    ['a fork', { id: 2 }],
    ['a fork whose id is the same number as a text', { id: '1' }],
    ['a fork that was deleted', null],
    ['a payload that says nothing of it', undefined],
    ['a payload without its id', {}],
  ])('%s', (_, head) => {
    expect(describeForkEvent(forkEvent(name, 1, head))).toMatch(FORK);
  });

  test('a payload without the repository itself', () => {
    expect(describeForkEvent(forkEvent(name, undefined, { id: 1 }))).toMatch(FORK);
    expect(describeForkEvent(forkEvent(name, undefined, undefined))).toMatch(FORK);
  });

  test('the head of the other event does not count', () => {
    const other: ForkEvent = name === 'workflow_run' ? 'pull_request_target' : 'workflow_run';
    expect(describeForkEvent({ ...forkEvent(other, 1, { id: 1 }), GITHUB_EVENT_NAME: name })).toMatch(FORK);
  });

  test.each<[string, string]>([
    ['not there', ''],
    ['not JSON', '{'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a number', '1'],
    ['of another shape', '{"repository": 1, "pull_request": 2, "workflow_run": [3]}'],
    ['with null in it', '{"repository": null, "pull_request": null, "workflow_run": null}'],
  ])('a payload that is %s', (_, text) => {
    const path = join(freshFolder(), 'event.json');
    if (text !== '') writeFileSync(path, text);
    expect(describeForkEvent({ GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: path })).toMatch(FORK);
  });

  test('no payload at all', () => {
    expect(describeForkEvent({ GITHUB_EVENT_NAME: name })).toMatch(FORK);
    expect(describeForkEvent({ GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: '' })).toMatch(FORK);
  });
});

test.each(['push', 'pull_request', 'workflow_dispatch', 'schedule', ''])(
  'on %j nobody else decides what runs with secrets',
  (name) => {
    const { GITHUB_EVENT_PATH } = forkEvent('pull_request_target', 1, { id: 2 });
    expect(describeForkEvent({ GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH })).toBeUndefined();
    expect(describeForkEvent({})).toBeUndefined();
  },
);

describe('a pull request from a fork on the event pull_request', () => {
  const isFork = (environment: Environment) => isForkPullRequest({ environment });
  const pullRequest = (head: unknown, base: number | undefined = 1) => ({
    ...forkEvent('pull_request_target', base, head),
    GITHUB_EVENT_NAME: 'pull_request',
  });

  test('by its head repository; a deleted one is a fork', () => {
    expect(isFork(pullRequest({ id: 2 }))).toBe(true);
    expect(isFork(pullRequest(null))).toBe(true);
    expect(isFork(pullRequest({ id: 1 }))).toBe(false);
  });

  test('not on any other event, and not without a payload that says so', () => {
    expect(isFork(forkEvent('pull_request_target', 1, { id: 2 }))).toBe(false);
    expect(isFork({ ...forkEvent('pull_request_target', 1, { id: 2 }), GITHUB_EVENT_NAME: 'push' })).toBe(false);
    expect(isFork({ GITHUB_EVENT_NAME: 'pull_request' })).toBe(false);
    expect(isFork({ GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: '/missing' })).toBe(false);
    expect(isFork({})).toBe(false);
  });
});
