/** uv: its uploads, and whether it sees everything. The netrc has the tokens, for uploads too. Tried with uv 0.13.9. */
import { USER_NAME } from '../access/tokens.ts';
import { type Configure, describeSet, NO_DEFAULT } from './client.ts';
import { uvCheck } from './uv-check.ts';
import { IN_THE_WAY } from './uv-indexes.ts';

/** Variables that override ours. */
const OVERRIDING = ['UV_PUBLISH_INDEX', 'UV_PUBLISH_TOKEN'];

const LOGIN = ['UV_PUBLISH_USERNAME', 'UV_PUBLISH_PASSWORD'];

/** Configures uv's uploads. */
export const configure: Configure = ({ indexes, publishTo, isSecondUse, machine }) => {
  const { environment } = machine;
  const isLeft = isSecondUse && Boolean(environment['UV_PUBLISH_PASSWORD']);
  const inVariables = publishTo && (!publishTo.byNetrc || isLeft) ? publishTo : undefined;
  return {
    variables: [
      { name: 'UV_PUBLISH_URL', value: publishTo?.repository.url ?? NO_DEFAULT },
      ...(inVariables
        ? [
            { name: 'UV_PUBLISH_USERNAME', value: USER_NAME },
            { name: 'UV_PUBLISH_PASSWORD', value: inVariables.token.value, secret: true },
          ]
        : []),
    ],
    overrides: describeSet(publishTo && !inVariables ? [...OVERRIDING, ...LOGIN] : OVERRIDING, environment, IN_THE_WAY),
    checks: [uvCheck(indexes, machine)],
  };
};
