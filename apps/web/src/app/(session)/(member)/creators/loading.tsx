import { CreatorsSkeleton } from '../../../../marketplace/skeletons';

export default function CreatorsLoading() {
  return <CreatorsSkeleton />;
}
