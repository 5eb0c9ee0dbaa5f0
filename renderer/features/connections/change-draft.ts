import type { AuthType, ConnectionDraft } from './connection-draft.ts';
import { endpointOf, hostOf, type ServiceId, services } from './services.ts';

/**
 * Pure. The ways to sign in that a service has. IAM Roles Anywhere is Amazon's, which may also be behind an address of
 * one's own, such as a VPC endpoint.
 */
export function authTypesOf(service: ServiceId): readonly AuthType[] {
  const maybeAmazon = service === 'amazon' || service === 'other';
  return maybeAmazon ? ['accessKey', 'role', 'rolesAnywhere', 'profile'] : ['accessKey', 'role', 'profile'];
}

/** Pure. Another kind of connection: what can be filled in for it is, and what was typed for the one before is not kept. */
export function chooseService(draft: ConnectionDraft, service: ServiceId): ConnectionDraft {
  const before = services[draft.service];
  const next = services[service];
  const region = draft.region === before.region ? next.region : draft.region;
  const keepsEndpoint = next.endpoint === '' && before.endpoint === '';
  return {
    ...draft,
    service,
    authType: authTypesOf(service).includes(draft.authType) ? draft.authType : 'accessKey',
    region,
    endpointUrl: keepsEndpoint ? draft.endpointUrl : endpointOf(service, region),
    pathStyle: next.pathStyle,
  };
}

/** Pure. What follows from a change: an endpoint that is the service's own goes with the region. */
export function changeDraft(draft: ConnectionDraft, change: Partial<ConnectionDraft>): ConnectionDraft {
  const next = { ...draft, ...change };
  if (change.service !== undefined && change.service !== draft.service) {
    return { ...chooseService(draft, change.service), ...change };
  }
  const followed = draft.endpointUrl === endpointOf(draft.service, draft.region);
  if (change.region !== undefined && followed && draft.service !== 'amazon') {
    return { ...next, endpointUrl: endpointOf(draft.service, change.region) };
  }
  return next;
}

/** Pure. A name nobody has to think of: the bucket, the service or the server, with a number if it is taken. */
export function suggestName(draft: ConnectionDraft, serviceName: string, takenNames: readonly string[]): string {
  const own = services[draft.service].endpoint === '' ? hostOf(draft.endpointUrl.trim()) : '';
  const place = draft.restrictToBucket.trim() || own;
  const name = (place || serviceName).slice(0, 90);
  const taken = new Set(takenNames.map((one) => one.toLowerCase()));
  if (!taken.has(name.toLowerCase())) return name;
  for (let number = 2; ; number += 1) {
    const numbered = `${name} ${number}`;
    if (!taken.has(numbered.toLowerCase())) return numbered;
  }
}
