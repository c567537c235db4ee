import { solveAssignment } from '../../../assignment';
import type { Permutation, Permutations } from '../../../permutation';
import { indices } from '../../../permutation/internal';
import type { ResolvedGroup } from '../../../symmetry/internal';
import { familyOf, membersOf } from '../family';
import type { MatchedNetworks } from '../matchedNetworks';
import type { MatchThreads } from '../matchThreads';
import type { Term } from '../term';
import { type SignatureStartSettings, signatureStart } from './signatureStart';
import { signatureWork } from './signatureWork';

/** The most families that a thread takes at a time, so that a report follows soon. */
const FAMILIES = 4;

/** The families of a task, and the work that they take. */
interface Share {
  readonly families: ResolvedGroup[];
  work: number;
}

/**
 * {@link signatureStart} with families of groups on threads, if any are free and the networks are in shared memory. The
 * result is the same.
 */
export async function sharedSignatureStart(
  { resolved: { groups }, weights, shared }: MatchedNetworks,
  terms: readonly Term[],
  settings: SignatureStartSettings & { readonly threads: MatchThreads | undefined },
): Promise<Permutations> {
  const { threads, solver, known = {}, meter, onFamily } = settings;
  if (!threads || !shared || solver !== solveAssignment) {
    return signatureStart(weights, terms, groups, settings);
  }
  const found: Record<string, Permutation> = { ...known };
  const work = (family: ResolvedGroup) =>
    membersOf(familyOf(groups, family.name)).reduce(
      (sum, { name }) => sum + signatureWork(weights, terms, name),
      0,
    );
  const left = groups.filter(({ name, parent }) => parent === null && !Object.hasOwn(known, name));
  while (left.length > 0) {
    const free = threads.work.free();
    const [own, ...others] = evenShares(left.splice(0, FAMILIES * (free + 1)), work, free + 1);
    const starts = await Promise.all([
      ...others.map((share) =>
        threads.work.start({ weights: shared, terms, groups: inside(share) }),
      ),
      signatureStart(weights, terms, inside(own), {
        solver,
        yieldPoint: settings.yieldPoint,
        meter,
      }),
    ]);
    Object.assign(found, ...starts);
    for (const share of others) meter?.did(share.work);
    onFamily?.({ ...found });
  }
  return Object.fromEntries(groups.map(({ name, size }) => [name, found[name] ?? indices(size)]));

  /** The groups of the families of a share. */
  function inside({ families }: Share): ResolvedGroup[] {
    return families.flatMap(({ name }) => membersOf(familyOf(groups, name)));
  }
}

/** Families in at most `count` shares of about the same work: each in turn, the largest first, in the least share. */
function evenShares(
  families: readonly ResolvedGroup[],
  workOf: (family: ResolvedGroup) => number,
  count: number,
): Share[] {
  const shares: Share[] = Array.from({ length: Math.min(count, families.length) }, () => ({
    families: [],
    work: 0,
  }));
  const byWork = families.map((family) => ({ family, work: workOf(family) }));
  for (const { family, work } of byWork.sort((one, other) => other.work - one.work)) {
    const least = shares.reduce((min, share) => (share.work < min.work ? share : min));
    least.families.push(family);
    least.work += work;
  }
  return shares;
}
