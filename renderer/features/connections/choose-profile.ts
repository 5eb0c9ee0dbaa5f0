import type { ProfileSummary } from '../../../shared/domain/aws-profile.ts';
import type { ConnectionDraft } from './connection-draft.ts';
import { serviceOf } from './services.ts';

const find = (profiles: readonly ProfileSummary[], name: string) =>
  profiles.find((profile) => profile.name === name.trim());

/**
 * Pure. What choosing a profile changes in the form: its region and its endpoint are proposed where nothing is filled in
 * but what the profile before proposed. Keys are copied only when that is asked for again.
 */
export function chooseProfile(
  draft: ConnectionDraft,
  name: string,
  profiles: readonly ProfileSummary[],
): Partial<ConnectionDraft> {
  return { profile: name, copyKeys: false, ...proposalOf(draft, find(profiles, draft.profile), find(profiles, name)) };
}

/** Pure. What the list of profiles changes when it arrives: a name that is in the files, and what that proposes. */
export function proposeProfile(draft: ConnectionDraft, profiles: readonly ProfileSummary[]): Partial<ConnectionDraft> {
  const chosen = find(profiles, draft.profile) ?? profiles[0];
  if (chosen === undefined) return {};
  const proposal = proposalOf(draft, undefined, chosen);
  return chosen.name === draft.profile ? proposal : { ...proposal, profile: chosen.name };
}

function proposalOf(
  draft: ConnectionDraft,
  before: ProfileSummary | undefined,
  next: ProfileSummary | undefined,
): Partial<ConnectionDraft> {
  const region = next?.region ?? '';
  const endpointUrl = next?.endpointUrl ?? '';
  const followsRegion = draft.region.trim() === (before?.region ?? '') && draft.region !== region;
  const followsEndpoint = draft.endpointUrl.trim() === (before?.endpointUrl ?? '') && draft.endpointUrl !== endpointUrl;
  // Of a service the endpoint is known already.
  const mayMove = draft.service === 'amazon' || draft.endpointUrl.trim() !== '';
  return {
    ...(followsRegion ? { region } : {}),
    ...(followsEndpoint && mayMove ? { service: serviceOf(endpointUrl), endpointUrl } : {}),
  };
}
