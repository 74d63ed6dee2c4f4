"""What the foundation holds beyond tables: the narrow doors through which a search finds names and addresses."""

from django.db import migrations

# LIKE and <% are not leakproof: under a policy PostgreSQL tests them only after the policy, row by row, and no index on
# them is used. A door asks as the owner of the tables, names the workspace itself, and gives ids of that workspace and
# nothing else; who asks reads the rows themselves under the policy as always. Slips of the keys are looked for only
# when nothing holds the text as it stands. The planner thinks a trigram test cheap and would read the whole table.
NAMES = r"""
CREATE FUNCTION perennial_search_{noun}s(wanted text, most int) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
  here bigint := nullif(current_setting('perennial.workspace', true), '')::bigint;
  plain text := regexp_replace(upper(wanted), '([\\%_])', '\\\1', 'g');
BEGIN
  RETURN QUERY SELECT t.id FROM renewals_{noun} t WHERE t.workspace_id = here AND upper(t.name) LIKE '%' || plain || '%'
    ORDER BY upper(t.name) LIKE plain || '%' DESC, t.name, t.id LIMIT most;
  IF NOT FOUND THEN
    RETURN QUERY SELECT t.id FROM renewals_{noun} t WHERE t.workspace_id = here AND upper(wanted) <% upper(t.name)
      ORDER BY word_similarity(upper(wanted), upper(t.name)) DESC, t.name, t.id LIMIT most;
  END IF;
END $$;
CREATE POLICY search_door ON renewals_{noun} FOR SELECT TO CURRENT_USER USING (true);
"""
ADDRESSES = """
CREATE INDEX contact_address ON renewals_contact (workspace_id, lower(email) text_pattern_ops);
CREATE FUNCTION perennial_search_addresses(wanted text, most int) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT id FROM renewals_contact
  WHERE workspace_id = nullif(current_setting('perennial.workspace', true), '')::bigint
  AND lower(email) ~>=~ lower(wanted) AND lower(email) ~<~ (lower(wanted) || chr(1114111))
  ORDER BY lower(email), id LIMIT most
$$;
"""
CLOSE = """
DROP FUNCTION perennial_search_accounts; DROP FUNCTION perennial_search_contacts;
DROP FUNCTION perennial_search_addresses; DROP INDEX contact_address;
DROP POLICY search_door ON renewals_account; DROP POLICY search_door ON renewals_contact;
"""

OPERATIONS = (migrations.RunSQL(NAMES.format(noun="account") + NAMES.format(noun="contact") + ADDRESSES, CLOSE),)
