import { RequestSkeleton } from '../../../../../marketplace/skeletons';

export default function RequestLoading() {
  return <RequestSkeleton />;
}
