'use client';

import { type ReactNode, useState } from 'react';
import { Button } from '../ui/button';
import { Card } from '../ui/card';

type Forms = typeof import('./room-forms');
type Way = 'new' | 'invitation';

/** The ways into other rooms. Their forms are loaded when one of them is asked for. */
export function MoreRooms() {
  const [way, setWay] = useState<Way | null>(null);
  const [forms, setForms] = useState<Forms | null>(null);
  const [failed, setFailed] = useState(false);
  const open = async (wanted: Way) => {
    setWay(wanted);
    setFailed(false);
    try {
      setForms(await import('./room-forms'));
    } catch {
      setFailed(true);
    }
  };
  const Form = forms && way ? (way === 'new' ? forms.NewRoomForm : forms.InvitationForm) : null;
  const opener = (wanted: Way, words: ReactNode) => (
    <Button look="secondary" aria-expanded={way === wanted && Form !== null} onClick={() => open(wanted)}>
      {words}
    </Button>
  );
  return (
    <div className="grid gap-4.5">
      <Card title="More rooms">
        <div className="grid gap-3 px-5 pb-5">
          {opener('new', 'Make a room')}
          {opener('invitation', 'Come in by invitation')}
          {failed ? (
            <p role="alert" className="text-ember-ink text-small">
              That could not be opened. Try again when you are back online.
            </p>
          ) : null}
        </div>
      </Card>
      {Form ? <Form /> : null}
    </div>
  );
}
