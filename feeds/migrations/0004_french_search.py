"""The French of the search: accents off, then the stemmer, without stop words (see feeds.french)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("coop", "0003_names_fold"), ("feeds", "0003_poll_announced_at")]

    operations = [
        migrations.RunSQL(
            sql="""
            CREATE TEXT SEARCH DICTIONARY parvis_fr_stem (TEMPLATE = snowball, Language = french);
            CREATE TEXT SEARCH CONFIGURATION parvis_fr (COPY = french);
            ALTER TEXT SEARCH CONFIGURATION parvis_fr
                ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, word, hword, hword_part
                WITH unaccent, parvis_fr_stem;
            ALTER TEXT SEARCH CONFIGURATION parvis_fr
                DROP MAPPING FOR email, url, url_path, host, file;
            """,
            reverse_sql="""
            DROP TEXT SEARCH CONFIGURATION parvis_fr;
            DROP TEXT SEARCH DICTIONARY parvis_fr_stem;
            """,
        ),
    ]
