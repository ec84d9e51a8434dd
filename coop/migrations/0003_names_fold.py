"""Let names be found whatever their case and accents, a typing slip included."""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

# `unaccent` is only declared stable, since its rules may be replaced; ours never are. The schema that holds the
# extension is written into the body, so that a restored dump finds it whatever the search path.
FOLD = """
DO $$
DECLARE
    home text;
BEGIN
    SELECT quote_ident(nspname) INTO home
    FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
    WHERE extname = 'unaccent';
    EXECUTE format(
        'CREATE FUNCTION coop_fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE '
        'AS $fold$ SELECT lower(%s.unaccent(%L::regdictionary, $1)) $fold$',
        home, home || '.unaccent'
    );
END
$$;
CREATE INDEX actor_names_trigrams ON coop_actor
    USING gin (coop_fold((display_name || ' ') || handle) gin_trgm_ops);
"""


class Migration(migrations.Migration):
    dependencies = [("coop", "0002_audit_is_append_only")]

    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        migrations.RunSQL(
            sql=FOLD,
            reverse_sql="""
            DROP INDEX actor_names_trigrams;
            DROP FUNCTION coop_fold(text);
            """,
        ),
    ]
