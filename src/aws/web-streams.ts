/** What makes the process start and end sooner. */

/**
 * Takes web streams away, which no request or response of this action is. The AWS SDK only asks whether a body is one
 * (@smithy/core 3.41, `isReadableStream`), but to ask by that name makes Node load them: 4 ms of each run (Node 24.21).
 */
export function leaveOutWebStreams(): void {
  Reflect.deleteProperty(globalThis, 'ReadableStream');
}
