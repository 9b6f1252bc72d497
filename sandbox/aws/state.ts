import { randomBytes } from 'node:crypto';
import { type Domain, fits, type Identity, type Repository, type World } from './world.ts';

/** Whose an authorization token is, and for which domain. */
export interface Token {
  domain: Domain;
  identity: Identity;
  /** Milliseconds since 1970. */
  expires: number;
}

/** What changes while the stand-in runs. */
export interface State {
  world: World;
  /** The stand-in's clock, for the expiry of tokens and temporary keys: milliseconds since 1970. */
  now(): number;
  /** Sets the clock forward. The dates of signatures still follow the true time, as clients sign with that. */
  advance(milliseconds: number): void;
  tokens: Map<string, Token>;
  /** Temporary keys of assumed roles. */
  sessions: Identity[];
}

/** Begins without tokens and sessions. */
export function createState(world: World): State {
  let ahead = 0;
  return {
    world,
    now: () => Date.now() + ahead,
    advance(milliseconds) {
      ahead += milliseconds;
    },
    tokens: new Map(),
    sessions: [],
  };
}

/** Makes up a token as long as real ones (some 1,300 characters), and remembers whose it is. */
export function issueToken(state: State, token: Token): string {
  const part = (bytes: number) => randomBytes(bytes).toString('base64url');
  const header = {
    ver: 1,
    isu: Math.floor(state.now() / 1000),
    enc: 'A128GCM',
    tag: part(16),
    exp: Math.floor(token.expires / 1000),
    alg: 'A128GCMKW',
    iv: part(12),
  };
  const head = Buffer.from(JSON.stringify(header)).toString('base64url');
  const text = [head, part(16), part(12), part(780), part(16)].join('.');
  state.tokens.set(text, token);
  return text;
}

/** The user or session with this access key. */
export function findIdentity(state: State, accessKeyId: string): Identity | undefined {
  return [...state.world.identities, ...state.sessions].find((identity) => identity.accessKeyId === accessKeyId);
}

/** The domain of this name, account and region. */
export function findDomain(state: State, name: string, owner: string, region: string): Domain | undefined {
  return state.world.domains.find((each) => each.name === name && each.owner === owner && each.region === region);
}

/** The repository of this name in a domain. */
export function findRepository(domain: Domain, name: string): Repository | undefined {
  return domain.repositories.find((each) => each.name === name);
}

/** The public index that answers to this host. */
export function findPublicIndex(state: State, host: string) {
  return state.world.publicIndexes?.find((index) => fits(index.host, host));
}
