import { Avatar } from '../member/avatar';

interface PersonProps {
  readonly name: string;
  /** Whether they are in the room now. */
  readonly isHere: boolean;
}

/** An avatar; its dot says that its owner is here. Decoration: whoever needs words gets them from what stands beside it. */
export function Person({ name, isHere }: PersonProps) {
  return (
    <span aria-hidden="true" className="relative shrink-0">
      <Avatar name={name} />
      {isHere ? (
        <span
          data-here={name}
          className="-right-0.5 -bottom-0.5 absolute size-3 rounded-full border-2 border-paper bg-moss"
        />
      ) : null}
    </span>
  );
}
