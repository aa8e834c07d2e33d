import { eventLogFields, withEventContext } from './context';

describe('eventLogFields', () => {
  it('says what runs for which event, and nothing of who asked', () => {
    expect(eventLogFields()).toEqual({});
    const request = { actor: 'user:1', correlationId: 'c', causationId: null };
    expect(withEventContext(request, eventLogFields)).toEqual({ correlationId: 'c' });
    const call = { actor: 'handler:mail.send', correlationId: 'c', causationId: 'e' };
    expect(withEventContext(call, eventLogFields)).toEqual({ correlationId: 'c', handler: 'mail.send', eventId: 'e' });
    expect(withEventContext({ ...call, causationId: null }, eventLogFields)).toEqual({
      correlationId: 'c',
      handler: 'mail.send',
    });
  });
});
