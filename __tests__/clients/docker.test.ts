/** The recipes of docs/docker.md for builds, followed: a build has nothing of the job but what they hand over. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeWithContainers, type Engine, type Image, makeEngine, makeImage } from '../support/containers.ts';
import { freshFolder } from '../support/fresh-folder.ts';
import { describeWithPython } from '../support/python-clients.ts';
import {
  filesIn,
  type Outcome,
  type Others,
  type RecipeStage,
  type RecipeStep,
  readSection,
  readSteps,
  setRecipeStage,
} from '../support/recipes.ts';

const section = (heading: string) => {
  const { yaml = [], dockerfile = [] } = readSection('docs/docker.md', `## ${heading}`);
  return { steps: yaml.map(readSteps), dockerfiles: dockerfile };
};
const { steps: [steps = []], dockerfiles: [dockerfile = '', asUser = ''] } = section('One index');
const several = section('Several indexes');
const [pushSteps = []] = section('With docker/build-push-action').steps;
const RUN = /^RUN [\s\S]*/m;
const forUv = (text: string) =>
  text.replaceAll('PIP_INDEX_URL', 'UV_DEFAULT_INDEX').replace('pip install', 'uv pip install --python python');

/**
 * It gives every line to `docker buildx build`, that of a file as the source of a secret (docker/build-push-action 7.3,
 * src/context.ts).
 */
const asArguments = (args = '', files = ''): string[] => [
  ...linesOf(args).flatMap((line) => ['--build-arg', line]),
  ...linesOf(files).flatMap((line) => ['--secret', line.replace(/^(\w+)=/, 'id=$1,src=')]),
];

await describeWithPython(
  'docker',
  async (clients) => {
  await describeWithContainers('docker build', () => {
    });
  },
  'managers',
);

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
