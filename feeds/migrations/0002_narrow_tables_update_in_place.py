"""Leave room on the pages of the narrow counters, so that an update stays on its page (HOT) and writes little WAL."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("feeds", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql="""
            ALTER TABLE feeds_actoractivity SET (fillfactor = 50);
            ALTER TABLE feeds_poststats SET (fillfactor = 70);
            """,
            reverse_sql="""
            ALTER TABLE feeds_actoractivity RESET (fillfactor);
            ALTER TABLE feeds_poststats RESET (fillfactor);
            """,
        ),
    ]
