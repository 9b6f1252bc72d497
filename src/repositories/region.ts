/** Regions, as texts name them. */

/** The shape of every region's name, as in `us-gov-west-1`; it becomes part of a host that gets signed requests. */
export const REGION = '(?<region>[a-z]{2,4}(?:-[a-z]{2,10}){1,3}-[0-9]{1,2})';
