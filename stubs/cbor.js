/**
 * Stands in the bundle for `@smithy/core/cbor`, which @aws-sdk/core 3.981 loads for a protocol that neither CodeArtifact nor
 * STS speaks (both classes are only there to be extended). Without it the bundle is 35 kB smaller and starts faster.
 */
export class SmithyRpcV2CborProtocol {
  constructor() {
    throw new Error('CBOR is not part of this bundle.');
  }
}

/** Never reached: the protocol above is never made. */
export function loadSmithyRpcV2CborErrorCode() {
  throw new Error('CBOR is not part of this bundle.');
}
