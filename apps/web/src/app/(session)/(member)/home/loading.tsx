import { HomeSkeleton } from '../../../../member/home-skeleton';

export default function HomeLoading() {
  return <HomeSkeleton />;
}
