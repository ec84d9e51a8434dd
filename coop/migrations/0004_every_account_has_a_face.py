"""An account always has its public face: no page has to wonder."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("coop", "0003_names_fold")]

    operations = [
        migrations.AlterField(
            model_name="account",
            name="actor",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="account",
                to="coop.actor",
                verbose_name="visage public",
            ),
        ),
    ]
