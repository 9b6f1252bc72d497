/**
 * Lets `@peculiar/x509` load: its dependency injector refuses to start without the metadata API of decorators, although
 * x509's classes record no metadata. So "there is none" is the right answer to each question that it asks.
 */
const reflect = Reflect as unknown as Record<string, unknown>;
reflect['getMetadata'] ??= () => undefined;
reflect['getOwnMetadata'] ??= () => undefined;

export {};
