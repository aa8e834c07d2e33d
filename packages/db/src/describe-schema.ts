import type pg from 'pg';

const COLUMNS = `
  select format('table %s', c.relname) as owner,
         format('  %s %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
           case when a.attnotnull then ' not null' else '' end,
           case when a.attidentity <> '' then ' identity' when d.adbin is null then '' else ' default ' || pg_get_expr(d.adbin, d.adrelid) end) as line,
         1 as part, a.attnum::text as sort
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace`;

const CONSTRAINTS = `
  select format('table %s', c.relname), format('  constraint %s %s', k.conname, pg_get_constraintdef(k.oid)), 2, k.conname
  from pg_constraint k join pg_class c on c.oid = k.conrelid
  where not c.relispartition and c.relnamespace = 'public'::regnamespace and k.contype <> 'n'`;

const INDEXES = `
  select format('table %s', t.relname), format('  index %s', pg_get_indexdef(i.indexrelid)), 3, c.relname
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
  where not t.relispartition and t.relkind in ('r', 'p') and t.relnamespace = 'public'::regnamespace`;

const SETTINGS = `
  select format('table %s', c.relname), format('  %s %s', case when c.relkind = 'p' then 'partitioned' else 'plain' end,
           coalesce(pg_get_partkeydef(c.oid), array_to_string(c.reloptions, ', '))), 4, ''
  from pg_class c
  where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
    and (c.relkind = 'p' or c.reloptions is not null)`;

const OTHERS = `
  select 'functions and sequences', format('  function %s(%s)', p.proname, pg_get_function_identity_arguments(p.oid)), 5, p.proname
  from pg_proc p where p.pronamespace = 'public'::regnamespace
  union all
  select 'functions and sequences', format('  sequence %s cache %s', sequencename, cache_size), 6, sequencename
  from pg_sequences where schemaname = 'public'`;

/**
 * The schema as the catalog knows it, as text: tables with columns, constraints, indexes and settings, without the dated
 * partitions. Equal schemas give equal texts, whichever server and order of creation.
 */
export async function describeSchema(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ owner: string; line: string }>(
    `select owner, line from (${[COLUMNS, CONSTRAINTS, INDEXES, SETTINGS, OTHERS].join('\nunion all\n')}) as described
     order by owner collate "C", part, case when part = 1 then lpad(sort, 4, '0') else sort end collate "C"`,
  );
  const lines: string[] = [];
  for (const [index, { owner, line }] of rows.entries()) {
    if (rows[index - 1]?.owner !== owner) lines.push(...(index === 0 ? [owner] : ['', owner]));
    lines.push(line);
  }
  return `${lines.join('\n')}\n`;
}
