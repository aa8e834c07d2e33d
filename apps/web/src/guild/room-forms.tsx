'use client';

import type { Room } from '@skelly/types/room';
import { useRouter } from 'next/navigation';
import { CommandForm } from '../auth/command-form';
import { useCommandForm } from '../auth/use-command-form';
import { send } from '../http/send';
import { useSession } from '../live/session-provider';
import { useSendOnce } from '../live/use-send-once';
import { Card } from '../ui/card';
import { Field } from '../ui/field';

/** Goes to a room that the member has just come into. */
function useEnter(): (room: Room) => void {
  const router = useRouter();
  return ({ id }) => {
    router.push(`/guild/${id}`);
    router.refresh();
  };
}

/** Makes a room. */
export function NewRoomForm() {
  const sendOnce = useSendOnce();
  const form = useCommandForm<Room>({
    send: (body) => sendOnce('/api/rooms', body),
    loadCheck: () => import('@skelly/types/room').then((room) => room.createRoomBody),
    onDone: useEnter(),
  });
  return (
    <Card title="Make a room">
      <div className="px-5 pb-5">
        <CommandForm form={form} action="Make room" comfort="No room is made twice." known={{}}>
          <Field label="Name" name="name" autoFocus autoComplete="off" maxLength={80} error={form.errors['name']} />
          <fieldset className="grid gap-1">
            <legend className="mb-1 font-medium text-small">Who may come in</legend>
            <Choice value="open" isFirst>
              Anybody
            </Choice>
            <Choice value="invitation">Whoever has the invitation code</Choice>
          </fieldset>
        </CommandForm>
      </div>
    </Card>
  );
}

interface ChoiceProps {
  readonly value: 'open' | 'invitation';
  readonly isFirst?: boolean;
  readonly children: string;
}

function Choice({ value, isFirst = false, children }: ChoiceProps) {
  return (
    <label className="flex min-h-9 items-center gap-2.5 max-md:min-h-11">
      <input type="radio" name="access" value={value} defaultChecked={isFirst} className="size-4 accent-ink" />
      {children}
    </label>
  );
}

/** Comes in by invitation. */
export function InvitationForm() {
  const { user } = useSession();
  const form = useCommandForm<Room>({
    send: (body) => send('/api/rooms/join', { body, userId: user.id }),
    loadCheck: () => import('@skelly/types/room').then((room) => room.joinByInvitationBody),
    onDone: useEnter(),
  });
  return (
    <Card title="Come in by invitation">
      <div className="px-5 pb-5">
        <CommandForm form={form} action="Come in" comfort="You can use the code again." known={{}}>
          <Field
            label="Invitation code"
            name="code"
            autoFocus
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            hint="Twelve letters and digits, from a member of the room."
            error={form.errors['code']}
          />
        </CommandForm>
      </div>
    </Card>
  );
}
