-- What a browser confirms a command by. Null on messages of before, and on those that a version of before still writes.
alter table push_message add column correlation_id uuid;
