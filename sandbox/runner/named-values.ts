import { ignoreCase } from './dotnet-text.ts';

/**
 * Values by names in any case, as the runner keeps states, outputs and the properties of a command: the first spelling
 * of a name stays, and its last value counts.
 */
export class NamedValues extends Map<string, string> {
  readonly #spellings = new Map<string, string>();

  override get(name: string): string | undefined {
    return super.get(this.#spell(name));
  }

  override has(name: string): boolean {
    return super.has(this.#spell(name));
  }

  override set(name: string, value: string): this {
    const spelling = this.#spell(name);
    this.#spellings.set(ignoreCase(name), spelling);
    return super.set(spelling, value);
  }

  override delete(name: string): boolean {
    const deleted = super.delete(this.#spell(name));
    this.#spellings.delete(ignoreCase(name));
    return deleted;
  }

  #spell(name: string): string {
    return this.#spellings.get(ignoreCase(name)) ?? name;
  }
}
