"""The audit trail can only grow: PostgreSQL refuses UPDATE, DELETE and TRUNCATE, whatever the role."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("coop", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql="""
            CREATE FUNCTION coop_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'Le journal des actes ne se modifie pas et ne s''efface pas.'
                    USING ERRCODE = 'restrict_violation';
            END
            $$;
            CREATE TRIGGER coop_audit_no_change BEFORE UPDATE OR DELETE ON coop_auditevent
                FOR EACH ROW EXECUTE FUNCTION coop_audit_refuse();
            CREATE TRIGGER coop_audit_no_truncate BEFORE TRUNCATE ON coop_auditevent
                FOR EACH STATEMENT EXECUTE FUNCTION coop_audit_refuse();
            """,
            reverse_sql="""
            DROP TRIGGER coop_audit_no_truncate ON coop_auditevent;
            DROP TRIGGER coop_audit_no_change ON coop_auditevent;
            DROP FUNCTION coop_audit_refuse();
            """,
        ),
    ]
