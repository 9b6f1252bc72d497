import { type ManagedStage, setManagedStage } from './managed-project.ts';
import { type AvailableClients, describeWithPython } from './python-clients.ts';
import { sharedStage } from './shared-stage.ts';

/** What the tests of a client work with; the stages as {@link sharedStage} gives them. */
export interface ManagerTests {
  readonly clients: AvailableClients;
  /** A package in `team`, and what it needs in `shared`. */
  readonly stage: ManagedStage;
  /** All packages in `team`. */
  readonly single: ManagedStage;
  /** Inputs that set the client up for `team` and `shared`, of `stage` unless told otherwise. */
  both(on?: ManagedStage): { repositories: string; tools: string };
}

/**
 * As {@link describeWithPython}, for a client among the managers.
 * @param tools the input, where it is not the client's own name
 */
export function describeManager(name: string, body: (tests: ManagerTests) => void, tools = name): Promise<void> {
  return describeWithPython(
    name,
    (clients) => {
      const stage = sharedStage(() => setManagedStage(clients));
      const single = sharedStage(() => setManagedStage(clients, { everythingIn: 'team' }));
      const both = ({ urls } = stage) => ({ repositories: `${urls.team}\n${urls.shared}`, tools });
      body({ clients, stage, single, both });
    },
    'managers',
  );
}
