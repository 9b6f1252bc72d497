import { afterEach } from '@jest/globals';

/**
 * Sets the inputs as the runner does: `INPUT_` and the name in capitals, hyphens and all. Those that are not named are
 * unset. They are gone after the test.
 */
export function setInputs(inputs: Readonly<Record<string, string>>): void {
  clearInputs();
  for (const [name, value] of Object.entries(inputs)) {
    process.env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] = value;
  }
}

function clearInputs(): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('INPUT_')) delete process.env[name];
}

afterEach(clearInputs);
