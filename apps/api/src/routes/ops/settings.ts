import { changeSettings as change, listSettings as list } from '@skelly/domain/setting';
import { OPERATOR_ROLES } from '@skelly/types/role';
import { changeSettingsBody, changeSettingsResponse, opsSettingsResponse } from '@skelly/types/setting';
import { defineRoute } from '../../http/route';

export const listSettings = defineRoute({
  method: 'get',
  url: '/api/ops/settings',
  summary: 'Every setting that moves, what it may be, and what operators have set.',
  access: OPERATOR_ROLES,
  response: { status: 200, schema: opsSettingsResponse },
  async handle(_request, { database }) {
    return { status: 200, body: await list(database.queries) };
  },
});

export const changeSettings = defineRoute({
  method: 'post',
  url: '/api/ops/settings',
  summary: 'Changes settings, all of them or none; every process follows within a second.',
  access: ['admin'],
  body: changeSettingsBody,
  response: { status: 200, schema: changeSettingsResponse },
  errors: { 400: ['settings_invalid'], 409: ['settings_changed'] },
  async handle({ body, once }, { events }) {
    return {
      status: 200,
      body: await events.transaction((work) => once(work, () => change(work, body))),
    };
  },
});
