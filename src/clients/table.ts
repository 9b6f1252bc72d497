/**
 * The clients: a row for each, and all that the rest of the action has to know of it. Adding one takes a file beside
 * this one, a row here, and a page of the documents.
 *
 * Clients are in the piece of the bundle that configures (`configure`), since another to read takes longer than their
 * few lines. Poetry and pdm stand apart (`toml`): they bring a reader of TOML, which no other job has to load.
 */
import type { Configure } from './client.ts';

/** What several clients share, with a file of its own; `pip` is also a client. */
export type Part = 'netrc' | 'uv-indexes' | 'index-servers' | 'pip';

/** What is true of a part or a client, whatever it is configured with. */
export interface Traits {
  /** What it needs as well, configured before it; and what that needs, and so on. */
  readonly parts: readonly Part[];
  /** Loads the file that turns a setup into changes. */
  readonly load: () => Promise<{ readonly configure: Configure }>;
  /** The variables that it may set; `*` stands for letters, digits and `_`. Post puts back no others. */
  readonly variables: readonly string[];
  /** Its files in the private folder. */
  readonly files: readonly string[];
}

/** A client. */
export interface ClientRow extends Traits {
  /** Whether it installs from the indexes that the action names, rather than from those of the project alone. */
  readonly installs: boolean;
  /** Whether it takes the highest version of all indexes. */
  readonly merges: boolean;
  /** Whether it uploads to `publish-to` where nothing else is named. */
  readonly uploads: boolean;
}

/** The parts that are no clients. */
const PARTS: Readonly<Record<Exclude<Part, 'pip'>, Traits>> = {
  netrc: {
    load: () => import(/* webpackChunkName: 'configure' */ './netrc.ts'),
    parts: [],
    variables: ['NETRC'],
    files: ['netrc'],
  },
  'uv-indexes': {
    load: () => import(/* webpackChunkName: 'configure' */ './uv-indexes.ts'),
    parts: ['netrc'],
    variables: ['UV_INDEX', 'UV_DEFAULT_INDEX', 'UV_INDEX_*_USERNAME', 'UV_INDEX_*_PASSWORD'],
    files: [],
  },
  'index-servers': {
    load: () => import(/* webpackChunkName: 'configure' */ './index-servers.ts'),
    parts: [],
    variables: [],
    files: [],
  },
};

/** The clients, by the allowed values of the input `tools`. */
const CLIENTS = {
  pip: {
    load: () => import(/* webpackChunkName: 'configure' */ './pip.ts'),
    parts: ['netrc'],
    variables: ['PIP_CONFIG_FILE', 'PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_NO_INPUT'],
    files: ['pip.conf'],
    installs: true,
    merges: true,
    uploads: false,
  },
  twine: {
    load: () => import(/* webpackChunkName: 'configure' */ './twine.ts'),
    parts: ['index-servers'],
    variables: ['TWINE_REPOSITORY', 'TWINE_NON_INTERACTIVE'],
    files: [],
    installs: false,
    merges: false,
    uploads: true,
  },
  uv: {
    load: () => import(/* webpackChunkName: 'configure' */ './uv.ts'),
    parts: ['uv-indexes'],
    variables: ['UV_PUBLISH_URL', 'UV_PUBLISH_USERNAME', 'UV_PUBLISH_PASSWORD'],
    files: [],
    installs: true,
    merges: false,
    uploads: true,
  },
  poetry: {
    load: () => import(/* webpackChunkName: 'toml' */ './poetry.ts'),
    parts: ['netrc'],
    variables: ['POETRY_CONFIG_DIR'],
    files: ['config.toml', 'auth.toml'],
    installs: false,
    merges: false,
    uploads: false,
  },
  pdm: {
    load: () => import(/* webpackChunkName: 'toml' */ './pdm.ts'),
    parts: ['netrc'],
    variables: ['PDM_CONFIG_FILE', 'PDM_PYPI_URL', 'PDM_PUBLISH_REPO'],
    files: ['pdm.toml'],
    installs: true,
    merges: true,
    uploads: true,
  },
  hatch: {
    load: () => import(/* webpackChunkName: 'configure' */ './hatch.ts'),
    parts: ['pip', 'uv-indexes', 'index-servers'],
    variables: ['HATCH_INDEX_REPO'],
    files: [],
    installs: true,
    merges: true,
    uploads: true,
  },
  flit: {
    load: () => import(/* webpackChunkName: 'configure' */ './flit.ts'),
    parts: ['pip', 'netrc', 'index-servers'],
    variables: ['FLIT_INDEX_URL', 'FLIT_USERNAME', 'FLIT_PASSWORD'],
    files: [],
    installs: true,
    merges: true,
    uploads: true,
  },
  pipenv: {
    load: () => import(/* webpackChunkName: 'configure' */ './pipenv.ts'),
    parts: ['netrc'],
    variables: ['PIPENV_PYPI_MIRROR'],
    files: [],
    installs: true,
    merges: false,
    uploads: false,
  },
  renovate: {
    load: () => import(/* webpackChunkName: 'configure' */ './renovate.ts'),
    parts: [],
    variables: ['RENOVATE_HOST_RULES'],
    files: [],
    installs: false,
    merges: false,
    uploads: false,
  },
  env: {
    load: () => import(/* webpackChunkName: 'configure' */ './env.ts'),
    parts: [],
    variables: ['CODEARTIFACT_AUTH_TOKEN'],
    files: [],
    installs: false,
    merges: false,
    uploads: false,
  },
} satisfies Readonly<Record<string, ClientRow>>;

/** An allowed value of the input `tools`. */
export type Tool = keyof typeof CLIENTS;

/** All allowed values, in the order of the table. */
export const TOOLS = Object.keys(CLIENTS) as Tool[];

/** The row of a client. */
export function rowOf(tool: Tool): ClientRow {
  return CLIENTS[tool];
}

/** What is true of a part. */
export function partOf(part: Part): Traits {
  return part === 'pip' ? CLIENTS.pip : PARTS[part];
}

/** All rows, those of parts too. */
export const ROWS: readonly Traits[] = [...Object.values(PARTS), ...TOOLS.map(rowOf)];
