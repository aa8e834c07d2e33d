import { ConsoleSkeleton } from '../../../ops/console-skeleton';

export default function OpsLoading() {
  return <ConsoleSkeleton />;
}
