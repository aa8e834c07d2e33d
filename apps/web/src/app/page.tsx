import { Landing } from '../landing/landing';
import { findSession } from '../server/session';

/** The front page, for visitors and for members who come by. It shows without the API too. */
export default async function LandingPage() {
  return <Landing session={await findSession().catch(() => null)} />;
}
