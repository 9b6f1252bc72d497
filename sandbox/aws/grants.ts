import { Refusal } from './exchange.ts';
import { type Identity, isGranted } from './world.ts';

/** @throws Refusal 403 where no grant of the caller covers the action on the resource */
export function requireGrant(caller: Identity, action: string, resource: string): void {
  if (!isGranted(caller.allow, action, resource)) throw denied(caller, action, resource, 'identity-based');
}

/** The refusal of a caller whom no policy of this kind allows the action. */
export function denied(
  caller: Identity,
  action: string,
  resource: string,
  policy: 'identity-based' | 'resource-based',
): Refusal {
  const message = `${notAuthorized(caller, action, resource)} because no ${policy} policy allows the ${action} action`;
  return new Refusal(403, 'AccessDeniedException', message);
}

/** What every service of AWS says of an action that is not allowed. */
export function notAuthorized(caller: Identity, action: string, resource: string): string {
  return `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource}`;
}
