-- A call that names an instance and no event must not meet another one about it.
CREATE INDEX items_by_resource ON items (resource_id, account);
