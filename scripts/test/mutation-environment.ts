/**
 * The environment of the tests in mutation.ts: Stryker's, which (10.0) forgets that a skipped test is over. It takes
 * what the next test file does as it is loaded for that test's work, then runs that test alone, and nothing notices.
 */
import StrykerEnvironment from '@stryker-mutator/jest-runner/jest-env/node';

export default class extends StrykerEnvironment {
  constructor(...args: ConstructorParameters<typeof StrykerEnvironment>) {
    super(...args);
    const strykers = this.handleTestEvent;
    this.handleTestEvent = async (event, state) => {
      await strykers?.(event as never, state);
      if (event.name === 'test_skip')
        (this.global as unknown as { __stryker__: { currentTestId?: string | undefined } }).__stryker__.currentTestId =
          undefined;
    };
  }
}
