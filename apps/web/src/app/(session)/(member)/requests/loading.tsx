import { RequestsSkeleton } from '../../../../marketplace/skeletons';

export default function RequestsLoading() {
  return <RequestsSkeleton />;
}
